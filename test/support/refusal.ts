/** @returns the message of the error, or a text that says that there was none */
export function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
}
