/** Waits until something is so; fails where it is not within a minute. */
export async function until(check: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  for (let pause = 50; !await check(); pause = Math.min(pause * 2, 500)) {
    if (performance.now() > end) throw new Error("It did not happen within a minute");
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
