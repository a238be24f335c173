/** Tests the forms of lists. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/base/errors.ts";
import {
  checkList,
  isForPrograms,
  type ListValues,
  printResult,
  renderList,
} from "../../../lib/cli/output/listing.ts";
import { boolean, integer, list, listing, text } from "../../../lib/cli/results/shape.ts";

const IMAGES = listing({
  name: "images",
  version: 1,
  commands: ["image list"],
  about: "Images",
  columns: ["name", "fingerprint", "size", "current"],
  keys: {
    name: list("Names", text("")),
    fingerprint: text("Fingerprint", { show: "short" }),
    size: integer("Bytes", { show: "size" }),
    current: boolean("It is the current one", { show: "star" }),
    outdated: boolean("There is a newer one", { orNull: true }),
    used: text("Space", { optional: true, show: "dash" }),
    createdAt: text("When it was made", { optional: true }),
  },
});

const ROWS = [
  {
    name: ["web", 'a "b", c'],
    fingerprint: "0123456789abcdef0123",
    size: 3355443,
    current: true,
    outdated: null,
    createdAt: "2026-01-02T03:04:05Z",
  },
  { name: ["\u001b[31mred"], fingerprint: "fedcba9876543210fedc", size: 0, current: false, outdated: false },
];

const APP = { mask: (value: string) => value.replaceAll("secret", "***"), width: () => undefined };

async function render(values: Partial<ListValues>): Promise<string> {
  return await renderList(APP, IMAGES, ROWS, { json: false, ...values });
}

Deno.test("a table shows values in short, and no control characters", async () => {
  assertEquals(
    await render({}),
    "NAME         FINGERPRINT  SIZE   CURRENT\n" +
      'web a "b", c 0123456789ab 3.2MiB *\n' +
      "\\x1b[31mred  fedcba987654 0B\n",
  );
  assertEquals(await render({ format: "compact,noheader", columns: "size" }), "3.2MiB\n0B\n");
  assertEquals(await render({ format: "table,noheader", columns: "used" }), "-\n-\n");
});

Deno.test("JSON has every key with its whole value, and --format json is --json", async () => {
  assertEquals(JSON.parse(await render({ json: true })), ROWS);
  assertEquals(await render({ format: "json" }), await render({ json: true }));
});

Deno.test("YAML has the data of JSON", async () => {
  const { parse } = await import("@std/yaml");
  assertEquals(parse(await render({ format: "yaml" })), ROWS);
});

Deno.test("CSV has whole values, quoted where they must be, and a heading where it is asked for", async () => {
  const lines = '"web a ""b"", c",0123456789abcdef0123,3355443,true\n' +
    "\\x1b[31mred,fedcba9876543210fedc,0,false\n";
  assertEquals(await render({ format: "csv" }), lines);
  assertEquals(await render({ format: "csv,header" }), `name,fingerprint,size,current\n${lines}`);
});

Deno.test("columns that are asked for come in their order, in every format", async () => {
  assertEquals(await render({ columns: "SIZE,outdated" }), "SIZE   OUTDATED\n3.2MiB -\n0B     false\n");
  assertEquals(JSON.parse(await render({ columns: "createdat,size", json: true })), [
    { createdAt: "2026-01-02T03:04:05Z", size: 3355443 },
    { size: 0 },
  ]);
  assertEquals(await render({ columns: "createdAt", format: "csv" }), '2026-01-02T03:04:05Z\n""\n');
  assertEquals((await render({ columns: "all" })).split("\n")[0]!.split(/ +/), [
    "NAME",
    "FINGERPRINT",
    "SIZE",
    "CURRENT",
    "OUTDATED",
    "USED",
    "CREATEDAT",
  ]);
});

Deno.test("a wrong format or column is refused, with the one that was probably meant", async () => {
  const wrong: readonly (readonly [Partial<ListValues>, string])[] = [
    [{ format: "tabel" }, 'did you mean "table"?'],
    [{ format: "csv,headers" }, 'did you mean "header"?'],
    [{ columns: "name,sise" }, 'There is no column "sise"; did you mean "size"?'],
    [{ columns: "name," }, 'There is no column ""'],
    [{ columns: "name,size, NAME" }, '--columns names "name" twice'],
    [{ columns: "all,name" }, '--columns takes "all" alone, as that is every column, and not "all,name"'],
    [{ columns: "name,all" }, '--columns takes "all" alone, as that is every column, and not "name,all"'],
    [{ json: true, format: "csv" }, "--json and --format csv contradict each other"],
  ];
  for (const [values, message] of wrong) {
    await assertRejects(() => render(values), UsageError, message);
    assertThrows(() => checkList(IMAGES, { json: false, ...values }), UsageError, message);
  }
});

Deno.test("values that are hidden are hidden in every format before it aligns", async () => {
  const rows = [{ ...ROWS[0]!, name: ["secret"] }, ROWS[1]!];
  for (const format of ["table", "csv"]) {
    const shown = await renderList(APP, IMAGES, rows, { json: false, format, columns: "name,size" });
    assertEquals(shown.includes("secret"), false);
  }
});

Deno.test("CSV, YAML and JSON are for programs, tables are for users", () => {
  const asked = ["", "table", "compact", "csv", "yaml", "json"];
  assertEquals(asked.filter((format) => isForPrograms({ json: false, format })), ["csv", "yaml", "json"]);
  assertEquals(isForPrograms({ json: true }), true);
});

Deno.test("a result that is more than its rows is whole as JSON and YAML, and its rows in other forms", async () => {
  const printed = async (values: Partial<ListValues>) => {
    const texts: string[] = [];
    const app = { ...APP, print: (text: string) => void texts.push(text) };
    const result = { whole: { version: 1, images: ROWS }, rows: ROWS, text: () => "two images\n" };
    await printResult(app, IMAGES, result, { json: false, ...values });
    return texts.join("");
  };
  assertEquals(await printed({}), "two images\n");
  assertEquals(JSON.parse(await printed({ json: true })), { version: 1, images: ROWS });
  assertEquals(await printed({ format: "yaml", columns: "size" }), "- size: 3355443\n- size: 0\n");
  assertEquals(await printed({ format: "csv", columns: "size" }), "3355443\n0\n");
  assertEquals(await printed({ format: "table" }), await render({}));
  await assertRejects(() => printed({ columns: "sise" }), UsageError, 'did you mean "size"?');
});
