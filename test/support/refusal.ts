/** What an error says; the text without an error when nothing is refused. */
export function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
}
