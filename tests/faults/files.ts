/**
 * Runs lxops so that it asks a gate before and after each file that it writes below the working directory. The first
 * argument is the daemon, the second the port of the gate; the arguments of lxops follow.
 *
 * @module
 */
const [daemon, port] = Deno.args as [string, string];
const below = `${Deno.cwd()}/`;
const { link, mkdir, open, rename, writeTextFile } = Deno;

/** Asks the gate, and throws where it refuses the operation. */
async function ask(side: "before" | "after" | "failed", what: string): Promise<void> {
  using gate = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await gate.write(new TextEncoder().encode(`${side} file ${what}\n`));
  const answer = new Uint8Array(16);
  const length = await gate.read(answer);
  if (new TextDecoder().decode(answer.subarray(0, length ?? 0)) !== "go\n") {
    throw new Error("Fault of a test");
  }
}

/** Makes an operation on a path, with its points; elsewhere it has none. */
async function stopped<T>(what: string, path: string | URL, act: () => Promise<T>): Promise<T> {
  if (!String(path).startsWith(below)) return await act();
  await ask("before", `${what} ${path}`);
  let done: T;
  try {
    done = await act();
  } catch (error) {
    await ask("failed", `${what} ${path}`);
    throw error;
  }
  await ask("after", `${what} ${path}`);
  return done;
}

Deno.link = (from, to) => stopped("link", to, () => link(from, to));
Deno.mkdir = (path, options) => stopped("mkdir", path, () => mkdir(path, options));
Deno.open = (path, options) =>
  options?.write ? stopped("open", path, () => open(path, options)) : open(path, options);
Deno.rename = (from, to) => stopped("rename", to, () => rename(from, to));
Deno.writeTextFile = (path, data, options) =>
  stopped("write", path, () => writeTextFile(path, data, options));

const { main } = await import("../../main.ts");
const { backend } = await import(`../../backends/${daemon}.ts`);
Deno.exit(await main(backend, Deno.args.slice(2)));
