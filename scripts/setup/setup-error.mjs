/** Set-up that can't go on: what is missing and how to get it. */
export class SetupError extends Error {}
