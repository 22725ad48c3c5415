/**
 * Prints one line of set-up.
 *
 * @param {string} subject
 * @param {string} text
 */
export function report(subject, text) {
  console.log(`set-up: ${subject}: ${text}`);
}
