import { setTimeout as pause } from 'node:timers/promises';

/** Waits until an assertion holds; throws its own error when it does not within 10 s. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause(50);
  }
}
