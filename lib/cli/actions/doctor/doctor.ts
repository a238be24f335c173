/**
 * `doctor`: finds problems of the machine and its daemon.
 *
 * @module
 */
import { ConfigError, EXIT } from "../../../base/errors.ts";
import { configDirectory } from "../../../instance/patterns/properties.ts";
import type { Facts } from "../../../plan/doctor/facts.ts";
import type { Finding } from "../../../plan/doctor/finding.ts";
import { findingsJson, findingsOf, findingsText, unknownsOf } from "../../../plan/doctor/findings.ts";
import { gather, problemLines } from "../../../run/doctor/observe.ts";
import type { App } from "../../command/app.ts";
import { checkList, type ListValues, printResult } from "../../output/listing.ts";
import { printable } from "../../output/output.ts";
import { type DOCTOR, FINDINGS } from "../../results/doctor.ts";
import type { ValueOf } from "../../results/shape.ts";
import { globalProperties } from "../../shared/load_configs.ts";

/** Version of the schema of `-json`. */
const DOCTOR_VERSION = 1;

/** Values of the flags. */
export interface DoctorValues extends ListValues {
  readonly fix: boolean;
  readonly "dry-run": boolean;
}

/** Runs `doctor`. */
export async function doctor(values: DoctorValues, _operands: readonly string[], app: App): Promise<number> {
  checkList(FINDINGS, values);
  const facts = await look(app);
  const findings = findingsOf(facts);
  const mended = values.fix ? await (await import("./mend.ts")).mend(facts, findings, values, app) : [];
  // A dry run shows what it would change, and nothing else.
  if (mended === undefined) return EXIT.ok;
  const left = findings.filter((one) => !mended.includes(one));
  await show(facts, left, values, app);
  return left.some(({ severity }) => severity === "error") ? EXIT.failure : EXIT.ok;
}

async function show(
  facts: Facts,
  findings: readonly Finding[],
  values: DoctorValues,
  app: App,
): Promise<void> {
  const unknowns = unknownsOf(facts);
  const result: ValueOf<typeof DOCTOR.shape> = {
    version: DOCTOR_VERSION,
    ...findingsJson(findings, unknowns),
  };
  const text = () => findingsText(facts, findings, unknowns).split("\n").map(printable).join("\n");
  await printResult(app, FINDINGS, { whole: result, rows: result.findings, text }, values);
}

async function look(app: App): Promise<Facts> {
  const inspector = await app.host.inspector?.();
  return await gather({
    backend: app.backend,
    host: app.host,
    ...(inspector ? { inspector } : {}),
    socket: app.globals.socket,
    server: () => app.server(),
    isLocal: () => app.isLocal(),
    project: () => app.project(),
    remote: () => app.remote(),
    client: async () => await (await app.trust()).config(),
    otherInstances: () => app.otherDaemonInstances(),
    properties: async () => {
      try {
        const { files } = await globalProperties({ properties: undefined, P: [] }, app);
        return { files, problems: [] };
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return { files: [], problems: problemLines(error) };
      }
    },
    secrets: [`${configDirectory(app.host)}/record.key`],
  });
}
