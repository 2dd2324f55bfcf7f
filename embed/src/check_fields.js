/** What can be said for certain about a form before it is sent; everything else the service decides. */

/** @import { FieldName, Fields, Policy } from "./types.js" */

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
 * @param {Fields} fields
 * @param {Pick<Policy, "isEmailRequired" | "limits">} policy
 * @returns {Map<FieldName, number>} fields that cannot be right, in the form's order: characters too many, 0 for missing
 */
export function checkFields(fields, policy) {
  /** @type {Map<FieldName, number>} */
  const wrong = new Map();
  for (const name of FIELD_NAMES) {
    const excess = codePoints(fields[name]) - policy.limits[name];
    if (isRequired(name, policy) && fields[name].trim() === "") wrong.set(name, 0);
    else if (excess > 0) wrong.set(name, excess);
  }
  return wrong;
}
