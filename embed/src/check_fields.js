/** What can be said for certain about a form before it is sent; everything else the service decides. */

/** @import { FieldName, Policy } from "./types.js" */

/** @type {readonly FieldName[]} in the order in which the form shows them */
export const FIELD_NAMES = ["body", "name", "email", "website"];

/**
 * Length as the service counts it.
 * @param {string} words
 * @returns {number} Unicode code points
 */
export const codePoints = (words) => [...words].length;

/**
 * @param {FieldName} name
 * @param {Pick<Policy, "isEmailRequired">} policy
 */
export const isRequired = (name, policy) => (name === "email" ? policy.isEmailRequired : name !== "website");

/**
 * @param {FieldName} name
 * @param {string} typed
 * @param {Pick<Policy, "isEmailRequired" | "limits">} policy
 * @returns {number | null} what cannot be right about a field: characters too many, 0 for missing; null for nothing
 */
export function checkField(name, typed, policy) {
  if (isRequired(name, policy) && !typed.trim()) return 0;
  return Math.max(0, codePoints(typed) - policy.limits[name]) || null;
}
