/**
 * `ci garm`: a provider of garm. Only answers go to stdout.
 *
 * @module
 */
import { apiPath } from "../../../base/api.ts";
import { EXIT, InterruptedError, LxopsError } from "../../../base/errors.ts";
import { VERSION } from "../../../base/version.ts";
import {
  EXTRA_SPECS_SCHEMA,
  GarmDuplicate,
  garmFind,
  garmInstance,
  garmInstances,
  GarmMissing,
  type Order,
  orderOf,
  VERSIONS,
} from "../../../plan/ci/garm.ts";
import { asLxopsError } from "../../../run/unexpected.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { errorText } from "../../output/output.ts";
import { type Ground, groundOf } from "./settings.ts";

/** Exit codes that garm knows. */
const NOT_FOUND = 30;
const DUPLICATE = 31;

/** Values of the flags. */
export interface GarmValues {
  readonly pool: string;
  readonly "dry-run": boolean;
  readonly "show-secrets"?: boolean;
}

/** Runs `ci garm`. */
export async function garm(values: GarmValues, _: readonly string[], app: App): Promise<number> {
  try {
    const answer = await answerTo(orderOf((name) => app.host.env(name)), values, app);
    if (answer !== undefined) app.print(`${typeof answer === "string" ? answer : JSON.stringify(answer)}\n`);
    return EXIT.ok;
  } catch (thrown) {
    if (thrown instanceof InterruptedError) throw thrown;
    const error = asLxopsError(thrown);
    app.complain(errorText("lxops", error));
    return error instanceof GarmMissing
      ? NOT_FOUND
      : error instanceof GarmDuplicate
      ? DUPLICATE
      : EXIT.failure;
  }
}

/** Carries out an order, and returns what garm reads. */
async function answerTo(order: Order, values: GarmValues, app: App): Promise<unknown> {
  switch (order.command) {
    case "GetVersion":
      return VERSION;
    case "GetSupportedInterfaceVersions":
      return VERSIONS;
    case "GetExtraSpecsJSONSchema":
      return EXTRA_SPECS_SCHEMA;
    case "GetConfigJSONSchema":
      return await configSchema();
    case "ValidatePoolInfo":
      return await (await import("./garm_create.ts")).validate(order, values, app);
    case "GetInstance":
      return garmInstance(await withState(order, await groundOf(order, app)));
    case "ListInstances":
      return await list(order, await groundOf(order, app));
    case "CreateInstance":
      return await (await import("./garm_create.ts")).create(order, values, app);
    default:
      return await (await import("./garm_change.ts")).change(order, values, await groundOf(order, app));
  }
}

async function configSchema(): Promise<object> {
  const [{ jsonSchema }, { settingsSchema }] = await Promise.all([
    import("../../../config/schema/json_schema.ts"),
    import("../../../plan/ci/settings_schema.ts"),
  ]);
  return jsonSchema(settingsSchema, "lxops ci", "What jobs of CI systems may have");
}

/** Returns the instance of an order with its state. */
async function withState(order: Order, ground: Ground): Promise<InstanceInfo> {
  const info = await instanceFor(order, ground);
  const state = info && await (await ground.app.server()).instanceState(info);
  if (!info || !state) throw new GarmMissing(order.instance);
  return { ...info, status: state.status, addresses: state.addresses };
}

/** Returns the instance of an order; only those of pools have another name than garm gave them. */
export async function instanceFor(order: Order, { app, project }: Ground): Promise<InstanceInfo | undefined> {
  const server = await app.server();
  const named = await server.instance({ project, name: order.instance });
  return garmFind(named ? [named] : [], order) ?? garmFind(await server.instances(project), order);
}

/** Lists the instances of a pool: all of them, or none with an error. */
async function list({ controller, pool }: Order, { app, project }: Ground): Promise<readonly unknown[]> {
  await checkComplete(app);
  const infos = await (await app.server()).instances(project, { state: true });
  return garmInstances(infos, controller, pool).map(garmInstance);
}

/** Checks that all members of a cluster answer: the state of instances on an offline member is unknown. */
export async function checkComplete(app: App): Promise<void> {
  const server = await app.server();
  if (!(await server.server()).clustered) return;
  const members = await server.get(apiPath(["cluster", "members"], "recursion=1"));
  const away = (Array.isArray(members) ? members : []).filter((one) => one?.status !== "Online");
  if (away.length === 0 && Array.isArray(members)) return;
  const names = away.map((one) => `"${one?.server_name}"`).join(", ");
  throw new LxopsError(`The list would not be complete: member ${names || "list"} of the cluster is away`);
}
