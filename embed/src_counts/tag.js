/** What the script tag says. */

export const TAG = {
  /** Origin of the service. */
  service: "",
  /** Of elements that name none. */
  site: "",
};
