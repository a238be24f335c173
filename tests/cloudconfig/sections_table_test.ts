import { assert, assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { fromFileUrl } from "@std/path";
import { appliedKeys } from "../../lib/cloudconfig/read/schema.ts";
import { DEBIAN } from "../e2e/cloudconfig/debian_sections.ts";
import { TINY } from "../e2e/cloudconfig/tiny_sections.ts";

const E2E = new URL("../e2e/cloudconfig/", import.meta.url);

interface Row {
  readonly sections: readonly string[];
  /** Names in the columns of Debian, busybox, cloud-init and others. */
  readonly proof: readonly (readonly string[])[];
}

const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);

async function rows(): Promise<readonly Row[]> {
  const text = await Deno.readTextFile(new URL("SECTIONS.md", E2E));
  return text.split("\n").filter((line) => line.startsWith("| `")).map((line) => {
    const [section = "", , ...proof] = line.split("|").slice(1, -1);
    const [keys = ""] = section.split(":", 1);
    return { sections: names(keys), proof: proof.map(names) };
  });
}

/** Titles of all tests of cloud-config. */
async function titles(): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const directory of [E2E, new URL("./", import.meta.url)]) {
    for await (
      const { path } of walk(fromFileUrl(directory), { match: [/_test\.ts$/], includeDirs: false })
    ) {
      const text = await Deno.readTextFile(path);
      for (const [, title = ""] of text.matchAll(/(?:Deno\.test|onBoth|inTurn)\(\s*"([^"]+)"/g)) {
        found.add(title);
      }
    }
  }
  return found;
}

Deno.test("the table of sections names every section, every check, and nothing that is not there", async () => {
  const table = await rows();
  assertEquals(
    new Set(table.flatMap(({ sections }) => sections)),
    new Set([...appliedKeys, "merge_how", "merge_type"]),
  );
  const column = (at: number) => new Set(table.flatMap(({ proof }) => proof[at] ?? []));
  assertEquals(column(0), new Set(DEBIAN.map(([subject]) => subject)));
  assertEquals(column(1), new Set(TINY.map(([subject]) => subject)));
  const cases = [...Deno.readDirSync(new URL("fixtures/equality", E2E))];
  assertEquals(column(2), new Set(cases.map(({ name }) => name.replace(/\.cfg$/, ""))));
  const known = await titles();
  assertEquals([...column(3)].filter((title) => !known.has(title)), []);
  for (const { sections, proof } of table) assert(proof.flat().length > 0, sections.join());
});
