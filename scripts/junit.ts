/**
 * Counts the tests of a `deno test --junit-path` report.
 *
 * @module
 */

/** Numbers of tests by outcome. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The contents of a report: the counts, and the names of the tests that were skipped. */
export interface Report extends Counts {
  readonly skippedNames: readonly string[];
}

interface Case {
  readonly name: string;
  readonly suite: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Failed only because one of its steps did. */
  readonly byStep: boolean;
}

const CASE = /<testcase name="([^"]*)" classname="([^"]*)"[^>]*>(.*?)<\/testcase>/gs;

/** Counts the tests of a report. A test with steps counts as its steps, unless it failed by itself. */
export function count(xml: string): Report {
  const cases = [...xml.matchAll(CASE)].map(([, name = "", suite = "", body = ""]): Case => ({
    name: decode(name),
    suite,
    outcome: body.includes("<failure") || body.includes("<error")
      ? "failed"
      : body.includes("<skipped")
      ? "skipped"
      : "passed",
    byStep: /<failure message="\d+ test steps? failed/.test(body),
  }));
  const counted = cases.filter((item) =>
    (item.outcome === "failed" && !item.byStep) || !hasSteps(item, cases)
  );
  const of = (outcome: Case["outcome"]) => counted.filter((item) => item.outcome === outcome);
  return {
    passed: of("passed").length,
    failed: of("failed").length,
    skipped: of("skipped").length,
    skippedNames: of("skipped").map(({ name }) => name),
  };
}

function hasSteps(item: Case, cases: readonly Case[]): boolean {
  return cases.some(({ suite, name }) => suite === item.suite && name.startsWith(`${item.name} > `));
}

function decode(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(
    /&(?:#(\d+)|(\w+));/g,
    (whole, code: string | undefined, name: string) =>
      code ? String.fromCodePoint(Number(code)) : named[name] ?? whole,
  );
}

/** Adds up counts. */
export function total(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => all.reduce((result, counts) => result + counts[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}
