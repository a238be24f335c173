/**
 * Runs every lint rule: Deno's and the project's own (the plugin below `scripts/lint`) and those about
 * whole files and the import graph. Prints findings as `file:line: rule: message`, and exits 1 if there are any.
 *
 *     deno task lint [FILE...]
 *
 * @module
 */
import { checkFile, type Finding } from "./lint/files.ts";
import { checkGraph } from "./lint/graph.ts";
import { relativePath } from "./lint/place.ts";

interface Report {
  readonly diagnostics: readonly {
    readonly filename: string;
    readonly range?: { readonly start: { readonly line: number } };
    readonly message: string;
    readonly code: string;
    readonly hint?: string | null;
  }[];
  readonly errors: readonly { readonly file_path: string; readonly message: string }[];
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (code !== 0 && text === "") {
    throw new Error(`${program} ${args[0]} failed: ${new TextDecoder().decode(stderr).trim()}`);
  }
  return text;
}

/** Parses the output of `deno lint --json`. */
export function parseReport(json: string): readonly Finding[] {
  const report = JSON.parse(json) as Report;
  return [
    ...report.diagnostics.map(({ filename, range, code, message, hint }) => ({
      file: relativePath(filename),
      line: range?.start.line ?? 1,
      rule: code,
      message: hint ? `${message} (${hint})` : message,
    })),
    ...report.errors.map(({ file_path, message }) => ({
      file: relativePath(file_path),
      line: 1,
      rule: "parse",
      message: message.split("\n")[0] ?? "",
    })),
  ];
}

/** Lists the files of the repository, including files that are not committed yet. */
async function repositoryFiles(): Promise<readonly string[]> {
  const list = await output("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  return list.split("\0").filter((path) => path !== "");
}

async function checkFiles(paths: readonly string[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const modules = new Map<string, string>();
  for (const path of new Set(paths)) {
    const info = await Deno.lstat(path).catch(() => undefined);
    if (!info?.isFile) continue;
    const text = await Deno.readTextFile(path);
    findings.push(...checkFile(path, text));
    if (/^lib\/.*\.ts$/.test(path) && path !== "lib/mod.ts") modules.set(path, text);
  }
  return [...findings, ...checkGraph(modules)];
}

/** Returns all findings, sorted by file and line. */
export async function lint(paths: readonly string[]): Promise<readonly Finding[]> {
  const modules = paths.filter((path) => path.endsWith(".ts"));
  const checked = paths.length === 0 || modules.length > 0
    ? parseReport(await output("deno", ["lint", "--json", ...modules]))
    : [];
  const files = await checkFiles(paths.length === 0 ? await repositoryFiles() : paths.map(relativePath));
  return [...checked, ...files].sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line);
}

if (import.meta.main) {
  Deno.chdir(new URL("..", import.meta.url));
  const findings = await lint(Deno.args);
  for (const { file, line, rule, message } of findings) console.log(`${file}:${line}: ${rule}: ${message}`);
  if (findings.length > 0) {
    console.error(`${findings.length} finding${findings.length === 1 ? "" : "s"}`);
    Deno.exit(1);
  }
}
