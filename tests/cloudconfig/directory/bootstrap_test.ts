import { assert, assertEquals } from "@std/assert";
import {
  type Bootstrap,
  bootstrapFile,
  bootstrapItems,
  bootstrapProblem,
  interpreterOf,
  withBootstrap,
} from "../../../lib/cloudconfig/directory/bootstrap.ts";
import { compiler } from "../../../lib/cloudconfig/compile/compile.ts";
import { pending } from "../../../lib/cloudconfig/batch/journal.ts";
import { osType } from "../../../lib/cloudconfig/model/ostype.ts";
import { parseCloudConfig } from "../../../lib/cloudconfig/read/schema.ts";

const alpine = osType("alpine")!;
const debian = osType("debian")!;

function bootstrap(text: string, settings: Record<string, string> = {}): Bootstrap {
  return { file: "dns/bootstrap.sh", text, settings: new Map(Object.entries(settings)) };
}

const LINES: readonly (readonly [line: string, program: string, option?: string])[] = [
  ["echo no first line", "/bin/sh"],
  ["#!/bin/bash", "/bin/bash"],
  ["#! /bin/bash -e", "/bin/bash", "-e"],
  ["#!/bin/bash -e -u", "/bin/bash", "-e -u"],
  ["#!/usr/bin/env python3", "python3"],
  ["#!/usr/bin/env -S bash -eu", "bash", "-eu"],
  ["#!", "/bin/sh"],
];

for (const [line, program, option] of LINES) {
  Deno.test(`bootstrap: "${line}" is run by ${program}`, () => {
    assertEquals(interpreterOf(`${line}\necho x\n`), { program, ...(option ? { option } : {}) });
  });
}

Deno.test("bootstrap: a shell that small images lack is installed first, unless it is there", () => {
  const titles = (text: string, os = alpine) => bootstrapItems(bootstrap(text), os).map(({ title }) => title);
  assertEquals(titles("#!/bin/bash\n"), [
    "Install bash, which bootstrap.sh begins with, unless it is there",
    "Run bootstrap.sh",
  ]);
  assertEquals(titles("#!/bin/bash\n", debian), ["Run bootstrap.sh"]);
  assertEquals(titles("#!/bin/sh\n"), ["Run bootstrap.sh"]);
  assertEquals(titles("#!/usr/bin/env python3\n", debian).length, 2);
});

Deno.test("bootstrap: it runs once, whatever becomes of its text and its settings, and again where that is asked for", () => {
  const [before] = bootstrapItems(bootstrap("#!/bin/sh\n", { A: "1" }), debian);
  const [after] = bootstrapItems(bootstrap("#!/bin/sh\nx\n", { A: "2" }), debian);
  const journal = `${before!.id} 1 0.1 - Run bootstrap.sh\n`;
  assertEquals(pending([after!], journal), []);
  assertEquals(pending([after!], ""), [after!]);
  const [again] = bootstrapItems({ ...bootstrap("#!/bin/sh\n"), again: true }, debian);
  assertEquals(pending([again!], journal), [again!]);
});

Deno.test("bootstrap: its items come after those of all files, and before items that end the instance", () => {
  const { cloudConfig } = parseCloudConfig(
    "a.cfg",
    "#cloud-config\nruncmd: [a]\npower_state: {mode: reboot}\nfinal_message: done\n",
  );
  const one = bootstrap("#!/bin/sh\n");
  const all = withBootstrap(compiler, one).compile([cloudConfig, bootstrapFile(one)], debian, {
    order: "lxops",
  });
  assertEquals(all.map(({ section }) => section), ["runcmd", "final_message", "bootstrap", "power_state"]);
});

Deno.test("bootstrap: text that no shell can read is found before the first change", () => {
  assert(bootstrapProblem("#!/bin/sh\r\n")?.includes("Windows"));
  assert(bootstrapProblem("\ufeff#!/bin/sh\n")?.includes("byte order mark"));
  assert(bootstrapProblem("#!/bin/sh\n\0")?.includes("NUL"));
  assertEquals(bootstrapProblem("#!/bin/sh\n"), undefined);
});

/** Runs the script of the last item in a shell of this machine. */
async function runHere(one: Bootstrap): Promise<{ code: number; stdout: string; stderr: string }> {
  const { script } = bootstrapItems(one, debian).at(-1)!;
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", `item() {\n${script}\n}\n(set -e; item) </dev/null`],
    env: { PATH: "/usr/bin:/bin", lxops_x: "1" },
    clearEnv: true,
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

Deno.test("bootstrap: the script has the settings in its environment, and nothing on its standard input", async () => {
  const text =
    '#!/bin/sh -e\nread line || :\nprintf "%s|" "$A" "$B" "$line" "$(pwd)" "$(umask)"; echo "${0##*/}"\n';
  const settings = { A: 'it\'s "$HOME" `x` \\ \n two', B: "", "NO.NAME": "x" };
  assertEquals(await runHere(bootstrap(text, settings)), {
    code: 0,
    stdout: `${settings.A}|||/|0022|bootstrap.sh\n`,
    stderr: "",
  });
});

Deno.test("bootstrap: a failure has the script's exit code, and leaves no file", async () => {
  const text = '#!/bin/sh -e\necho "${0%/*}"\nfalse\necho not reached\n';
  const { code, stdout } = await runHere(bootstrap(text));
  assertEquals(code, 1);
  assertEquals(await Deno.stat(stdout.trim()).catch(() => "gone"), "gone");
  assertEquals((await runHere(bootstrap("#!/bin/sh\nexit 42\n"))).code, 42);
});

Deno.test("bootstrap: a shell that is not there is named", async () => {
  const { code, stderr } = await runHere(bootstrap("#!/opt/no/such-shell\n"));
  assertEquals([code, stderr], [
    127,
    "lxops: the instance has no /opt/no/such-shell, which bootstrap.sh begins with\n",
  ]);
});

Deno.test("bootstrap: a shell at another place is found by its name", async () => {
  assertEquals((await runHere(bootstrap("#!/opt/none/sh\necho found\n"))).stdout, "found\n");
});
