import { assertEquals } from "@std/assert";
import { lookScript, readAnswers } from "../../../lib/adapters/host/machine.ts";
import {
  guidOfToken,
  resumes,
  takesSeveral,
  toDatasets,
  valuesOf,
} from "../../../lib/adapters/host/zfs_output.ts";

async function sh(script: string): Promise<string> {
  const child = new Deno.Command("sh", { args: ["-s"], stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout);
}

Deno.test("lookScript() reports the files at paths of any name, and missing programs", async () => {
  const dir = await Deno.makeTempDir({ prefix: "lxops-machine-" });
  try {
    const odd = `${dir}/it's $(odd) "name"\n2`;
    await Deno.mkdir(odd);
    await Deno.writeTextFile(`${dir}/full`, "x");
    await Deno.writeTextFile(`${dir}/empty`, "");
    await Deno.symlink("/nonexistent", `${dir}/link`);
    const paths = [
      odd,
      `${dir}/full`,
      `${dir}/empty`,
      `${dir}/link`,
      `${dir}/none`,
      `${dir}/full/none`,
      "/dev/null",
    ];
    const answers = readAnswers(
      await sh(lookScript([], { paths, programs: ["sh", "no-such-thing"] })),
      paths,
    );
    assertEquals([...answers!.paths.values()], [
      "directory",
      "file",
      "file",
      "symlink",
      undefined,
      undefined,
      "other",
    ]);
    assertEquals([answers!.lacks, answers!.failed, answers!.isRoot], [
      ["no-such-thing"],
      [],
      Deno.uid() === 0,
    ]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("readAnswers() keeps the output of each question with its code", () => {
  const text =
    "@@lxops uid 1000\n@@lxops zfs\ntank\t1\n\n@@lxops code 0\n@@lxops zfs\n\n@@lxops code 127\n@@lxops end\n";
  const answers = readAnswers(text, []);
  assertEquals(answers!.zfs.map(({ code }) => code), [0, 127]);
  assertEquals(valuesOf(answers!.zfs[0]!.text), [["tank", "1"]]);
});

Deno.test("readAnswers() takes nothing of a script that did not end", () => {
  assertEquals(readAnswers("@@lxops uid 0\n@@lxops path directory\n", ["/a"]), undefined);
  assertEquals(readAnswers("@@lxops uid 0\n@@lxops end\n", ["/a"]), undefined);
  assertEquals(readAnswers("", []), undefined);
});

Deno.test("resumes() and takesSeveral() know a zfs by its usage", () => {
  const fuse = "usage:\n\treceive [-vnF] <filesystem|volume|snapshot>\n\treceive [-vnF] -d <filesystem>\n";
  const open =
    "usage:\n\treceive [-vMnsFhu] [-o <property>=<value>] ... <filesystem|volume|snapshot>\n\treceive -A <filesystem|volume>\n";
  assertEquals([resumes(fuse), resumes(open)], [false, true]);
  assertEquals([
    takesSeveral("snapshot [-r] [-o property=value] ... <filesystem@snapname|volume@snapname>"),
    takesSeveral("snapshot [-r] [-o property=value] ... <filesystem|volume>@<snap> ..."),
  ], [false, true]);
});

Deno.test("guidOfToken() finds the number of a snapshot as zfs get prints it", () => {
  const text = "resume token contents:\nnvlist version: 0\n\tobject = 0x2\n\ttoguid = 0xc74634c0153e4b2b\n";
  assertEquals(guidOfToken(text), "14359222461512174379");
  assertEquals(guidOfToken("cannot resume send: resume token is corrupt"), undefined);
});

Deno.test("toDatasets() recognizes messages between rows", () => {
  const rows = ["tank", "filesystem", "/tank", "yes", "-", "1K", "-"];
  assertEquals([...toDatasets([rows]).keys()], ["tank"]);
  assertEquals(valuesOf("cannot open 'x': dataset does not exist\ntank\t-\ntank@a\t5\n"), [["tank@a", "5"]]);
});
