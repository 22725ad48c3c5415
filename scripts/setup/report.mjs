/** Set-up that can't go on: what is missing and how to get it. */
export class SetupError extends Error {}

/**
 * Prints one line of set-up.
 *
 * @param {string} subject
 * @param {string} text
 */
export function report(subject, text) {
  console.log(`set-up: ${subject}: ${text}`);
}
