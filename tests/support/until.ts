/** Waits until a check holds; fails where it does not within the limit. */
export async function until(check: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs;
  for (let pause = 5; !await check(); pause = Math.min(pause * 2, 500)) {
    if (performance.now() > end) throw new Error(`The check did not hold within ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
