import { assertEquals } from "@std/assert";
import { count, total } from "../../scripts/junit.ts";

function report(...cases: readonly (readonly [name: string, body?: string])[]): string {
  const lines = cases.map(([name, body = ""]) =>
    `<testcase name="${name}" classname="./a_test.ts" time="0.001" line="1" col="6">\n${body}\n</testcase>`
  );
  return `<?xml version="1.0"?>\n<testsuites>\n<testsuite name="./a_test.ts">\n${
    lines.join("\n")
  }\n</testsuite></testsuites>`;
}

const FAILURE = '<failure message="Uncaught Error: x">Error: x\n  at a &lt;skipped/&gt;</failure>';

Deno.test("count() tells outcomes apart", () => {
  const { passed, failed, skipped, skippedNames } = count(
    report(["a"], ["b", FAILURE], ["c &quot;x&quot; &lt;y&gt; &amp;#33; &#33;", "<skipped/>"]),
  );
  assertEquals({ passed, failed, skipped }, { passed: 1, failed: 1, skipped: 1 });
  assertEquals(skippedNames, ['c "x" <y> &#33; !']);
});

Deno.test("count() counts the steps of a test instead of the test", () => {
  const steps = report(
    ["a", '<failure message="1 test step failed">1 test step failed.</failure>'],
    ["a &gt; one"],
    ["a &gt; two", FAILURE],
    ["a &gt; three", "<skipped/>"],
    ["ab"],
  );
  const { passed, failed, skipped } = count(steps);
  assertEquals({ passed, failed, skipped }, { passed: 2, failed: 1, skipped: 1 });
});

Deno.test("count() counts a test that fails after its steps passed", () => {
  const { passed, failed } = count(report(["a", FAILURE], ["a &gt; one"]));
  assertEquals({ passed, failed }, { passed: 1, failed: 1 });
});

Deno.test("count() finds no test in an empty report", () => {
  const { passed, failed, skipped } = count("");
  assertEquals(total([{ passed, failed, skipped }, { passed: 1, failed: 2, skipped: 3 }]), {
    passed: 1,
    failed: 2,
    skipped: 3,
  });
});
