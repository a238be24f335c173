/**
 * The command `publish`.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { basename, extname } from "@std/path";
import { EXIT, type StateError, UsageError } from "../../../base/errors.ts";
import {
  completeFields,
  defaultAlias,
  type ImageFields,
  planPublish,
  type PublishedConfig,
  versionOf,
} from "../../../plan/lifecycle/publish.ts";
import { sealing } from "../../../plan/image/seal.ts";
import { planUnfinished } from "../../../plan/image/unfinished.ts";
import { snapshotPath } from "../../../plan/requests/reads.ts";
import { findUnfinished } from "../../../run/targets/strays.ts";
import type { App } from "../../command/app.ts";
import { needExtension } from "../../shared/extensions.ts";
import { applyPlan } from "../../shared/apply_steps.ts";
import { splitProperties } from "../../shared/image_properties.ts";
import { readRecordSecret } from "../../shared/lifecycle/record_secret.ts";
import { lockPlaces, type LockValues } from "../../shared/lifecycle/lock.ts";
import { missingInstance, type Place, placeOf } from "../../shared/operands.ts";
import { type PropertyValues, readConfig } from "../../shared/load_configs.ts";
import type { InstanceInfo, InstanceServer } from "../../../ports/mod.ts";

interface Values extends PropertyValues, LockValues, ImageFields {
  readonly project: string;
  readonly alias: string;
  readonly c: string;
  readonly compression: string;
  readonly format: string;
  readonly public: boolean;
  readonly reuse: boolean;
  readonly force: boolean;
  readonly "wait-stop": number;
}

/** Layouts of images; empty is the daemon's choice. */
const FORMATS: readonly string[] = ["", "unified", "split"];

/** Runs `publish`. */
export async function publish(values: Values, all: readonly string[], app: App): Promise<number> {
  if (!FORMATS.includes(values.format)) {
    throw new UsageError(`--format is unified or split, not "${values.format}"`);
  }
  const { operands, properties } = splitProperties(all);
  if (operands.length > 2) {
    throw new UsageError(`publish takes an instance and a snapshot, not "${operands[2]}"`);
  }
  const config = values.c ? await configOf(values, app) : undefined;
  const { operand, snapshot } = split(operands, config);
  const place = await placeOf(app, operand, values.project);
  await lockPlaces([place], "publish", values);
  const server = await place.app.server();
  if (values.format === "split") await needExtension(server, "instance_publish_split", "--format split");
  const existing = await server.instance(place.ref);
  if (values.force && snapshot === undefined && existing && existing.status !== "Stopped") {
    // It stops for that, and must find its data when it starts again.
    const { claimData } = await import("../../places/held_data.ts");
    const found = { ...place, info: existing };
    await claimData([found], "publish", { ...values, project: values.project, properties: undefined, P: [] });
  }
  const absent = await absence(place, server, existing, snapshot);
  const instance = existing ?? await likely(place, server);
  const { architecture, os, variant, release, serial, description, name } = values;
  const given = { architecture, os, variant, release, serial, description, name };
  const fields = completeFields(given, instance, config);
  const version = serial || release || versionOf(instance.name);
  const [images, run] = await Promise.all([server.images(place.ref.project), app.host.thisRun()]);
  const random = app.random();
  const left = await findUnfinished(images, app.host, { now: new Date() });
  const planned = planPublish({
    instance,
    ...(snapshot === undefined ? {} : { snapshot }),
    alias: values.alias || defaultAlias(fields, instance.name, config, version),
    fields,
    properties,
    compression: values.compression,
    format: values.format,
    isPublic: values.public,
    reuse: values.reuse,
    force: values.force,
    stopSeconds: values["wait-stop"],
    random,
    run: run ?? "",
  }, images);
  const plan = sealing(planned, await readRecordSecret(app.host));
  const notes = [
    ...absent ? [`${absent.message}; this is what would be done if there were one`] : [],
    ...plan.notes ?? [],
  ];
  await applyPlan(place.app, {
    first: [],
    each: [{ ...plan, notes }, ...planUnfinished(place.ref.project, left)],
  }, {
    dryRun: values["dry-run"],
    // A removed alias is restored, and a stopped instance started again.
    undoOnFailure: true,
    // As with the Go lxops, a dry run needs no instance, and shows as much as it can.
    ...(absent ? { confirm: () => Promise.reject(absent) } : {}),
  });
  return EXIT.ok;
}

/** Returns the error about an instance or a snapshot to publish that does not exist. */
async function absence(
  place: Place,
  server: InstanceServer,
  existing: InstanceInfo | undefined,
  snapshot: string | undefined,
): Promise<StateError | undefined> {
  if (!existing) return await missingInstance(place);
  if (snapshot === undefined || await server.get(snapshotPath(place.ref, snapshot)) !== undefined) {
    return undefined;
  }
  return missing("snapshot", snapshot, { where: ` of instance "${place.ref.name}"` });
}

/** Returns a description of an instance before it exists. */
async function likely({ ref }: Place, server: InstanceServer): Promise<InstanceInfo> {
  return {
    ...ref,
    type: "container",
    status: "Stopped",
    ephemeral: false,
    description: "",
    architecture: (await server.server()).architectures[0] ?? "",
    createdAt: "",
    profiles: [],
    config: {},
    devices: {},
    expandedConfig: {},
    expandedDevices: {},
  };
}

async function configOf(values: Values, app: App): Promise<PublishedConfig> {
  const { config } = await readConfig(values.c, { ...values, raw: false, v: false }, app);
  return {
    name: basename(values.c, extname(values.c)),
    ostype: config.ostype,
    description: config.description,
  };
}

function split(
  [operand = "", second]: readonly string[],
  config: PublishedConfig | undefined,
): { operand: string; snapshot?: string } {
  const slash = operand.indexOf("/");
  const name = (slash < 0 ? operand : operand.slice(0, slash)) || config?.name || "";
  const snapshot = second ?? (slash < 0 ? undefined : operand.slice(slash + 1));
  if (name === "") throw new UsageError("publish needs an instance, or -c and a configuration file");
  if (slash >= 0 && second !== undefined) {
    throw new UsageError(`"${operand}" and "${second}" both name a snapshot`);
  }
  return snapshot === undefined ? { operand: name } : { operand: name, snapshot };
}
