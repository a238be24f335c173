/**
 * `check` and `instance check`.
 *
 * @module
 */
import { durationText, secondsOf } from "../../../base/durations.ts";
import { EXIT, InterruptedError, UsageError } from "../../../base/errors.ts";
import { NAME_ONLY } from "../../../instance/parts.ts";
import { FORWARDS, labelOf, planChecks } from "../../../plan/lifecycle/checks.ts";
import { CheckError } from "../../../run/perform/checks/check.ts";
import type { Probe } from "../../../step/check.ts";
import type { InstancePlan } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { errorText, printable } from "../../output/output.ts";
import { checkList, isForPrograms, type ListValues, printList } from "../../output/listing.ts";
import { CHECKS } from "../../results/instances.ts";
import { applyEffect } from "../../shared/apply_steps.ts";
import { fileSources } from "../../places/file_sources.ts";
import { planOptions } from "../../shared/lifecycle/lifecycle.ts";
import { look } from "../../shared/lifecycle/look.ts";
import type { ConfigValues } from "../../shared/target_options.ts";
import { checkParallel, placeOf } from "../../shared/operands.ts";

interface CheckValues extends ConfigValues, ListValues {
  readonly parallel: number;
  readonly once: boolean;
}

/** Runs `check`. */
export async function check(values: CheckValues, operands: readonly string[], own: App): Promise<number> {
  checkParallel(values);
  checkList(CHECKS, values);
  const { sources, app } = await fileSources({ command: "check" }, operands, values, own);
  const isWhole = isForPrograms(values);
  const lifecycle = { name: "check", needs: {}, daemonOnly: true, without: NAME_ONLY };
  const { targets, world } = await look(lifecycle, values, sources, app);
  const options = {
    ...planOptions({ ...values, "dry-run": false, "undo-on-failure": false, trace: false }),
    once: values.once,
  };
  const plans = targets.map((target) => planChecks(target, world, options));
  for (const { notes = [] } of plans) for (const note of notes) app.complain(printable(`note: ${note}`));
  // Each check is a plan of its own, so that a failed check stops no other.
  const each = plans.flatMap(({ instance, steps }) =>
    steps.map((step): InstancePlan => ({ instance, steps: [step] }))
  );
  const failures = await app.apply({ first: [], each }, {
    dryRun: false,
    parallel: values.parallel,
    undoOnFailure: false,
    verbose: false,
  });
  const rows = each.flatMap(({ instance, steps: [step] }) => {
    if (step?.effect.kind !== "check") return [];
    const { label, location } = step.effect;
    const failure = failures.find((one) => one.step === step);
    return [{
      instance: instance.name,
      project: instance.project || "default",
      check: label,
      file: location?.file ?? "",
      line: location?.line ?? 0,
      result: failure ? "failed" : "passed",
      seen: failure ? failure.error instanceof CheckError ? failure.error.seen : failure.error.message : "",
    }];
  });
  if (!isWhole) {
    for (const failure of failures) {
      app.complain(errorText("lxops", failure.error));
    }
  }
  if (rows.length > 0 || isWhole) await printList(app, CHECKS, rows, values);
  const { isUnchecked, recordPassed } = await import("./checked.ts");
  const passed = targets.filter((target) =>
    isUnchecked(target, world) && failures.every(({ instance }) => instance !== target.instance.name)
  );
  if (passed.length > 0 && !app.signal.aborted) await recordPassed(passed, app);
  if (failures.length === 0) return EXIT.ok;
  const interrupted = failures.some(({ error }) => error instanceof InterruptedError);
  return interrupted ? EXIT.interrupted : failures[0]!.error.exitCode;
}

interface OneValues {
  readonly project: string;
  readonly tcp: string;
  readonly "http-get": string;
  readonly status: string;
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
  readonly "start-period": string;
  readonly "start-interval": string;
}

/** Runs `instance check`. */
export async function checkOne(values: OneValues, operands: readonly string[], app: App): Promise<number> {
  const [name = "", ...argv] = operands;
  const probe = probeOf(values, argv);
  const time = (key: "interval" | "timeout" | "start-period" | "start-interval") => {
    const seconds = secondsOf(values[key]);
    if (seconds !== undefined) return seconds;
    throw new UsageError(`-${key} takes a duration such as 30s or 1m30s, not "${values[key]}"`);
  };
  const times = {
    interval: time("interval"),
    timeout: time("timeout"),
    startPeriod: time("start-period"),
    startInterval: time("start-interval"),
  };
  if (times.timeout <= 0) throw new UsageError(`--timeout must not be ${durationText(times.timeout)}`);
  if (!Number.isInteger(values.retries) || values.retries < 1) {
    throw new UsageError("--retries takes a number from 1");
  }
  const place = await placeOf(app, name, values.project);
  const label = labelOf(probe);
  const forwards = probe.kind !== "exec" &&
    (await (await place.app.server()).server()).extensions.has(FORWARDS);
  await applyEffect(place.app, `Check ${label}`, {
    kind: "check",
    instance: place.ref,
    label,
    probe,
    ...times,
    retries: values.retries,
    ...(forwards ? { forwards } : {}),
  }, {});
  return EXIT.ok;
}

function probeOf({ tcp, "http-get": http, status }: OneValues, argv: readonly string[]): Probe {
  const [program, ...rest] = argv;
  if ([tcp !== "", http !== "", program !== undefined].filter(Boolean).length !== 1) {
    throw new UsageError("One of --tcp, --http-get and PROGRAM is expected");
  }
  if (status !== "" && http === "") throw new UsageError("--status needs --http-get");
  if (program !== undefined) return { kind: "exec", argv: [program, ...rest] };
  if (tcp !== "") return { kind: "tcp", port: number("tcp", tcp, 65535) };
  const [, port = "", path = ""] = /^(\d+)(\/[!-~]*)?$/.exec(http) ?? [];
  if (port === "") {
    throw new UsageError(`--http-get takes a port and a path such as 8080/health, not "${http}"`);
  }
  return {
    kind: "http",
    port: number("http-get", port, 65535),
    path: path || "/",
    ...(status === "" ? {} : { status: number("status", status, 599) }),
  };
}

function number(flag: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new UsageError(`-${flag} takes a number from 1 to ${most}, not "${text}"`);
}
