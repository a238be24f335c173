/**
 * `ci falk`: machines of justin. A machine lives as long as its `launch` does.
 *
 * @module
 */
import { EXIT, InterruptedError, LxopsError, UsageError } from "../../../base/errors.ts";
import { missing } from "../../../base/missing.ts";
import { randomPart } from "../../../plan/instance/random_names.ts";
import { planSweep } from "../../../plan/throwaway/sweep.ts";
import { findStrays } from "../../../run/targets/strays.ts";
import type { App } from "../../command/app.ts";
import { applyPlan } from "../../shared/apply_steps.ts";
import { carryOut } from "../run/carry_out.ts";
import { planConfigured } from "../run/configured.ts";
import { RunError } from "../run/ended.ts";
import { sshOf } from "../run/options.ts";
import { configOf, optionsOf } from "./instance.ts";
import { type FileValues, groundOf } from "./settings.ts";

/** Values of the flags of all three commands. */
interface FalkValues extends FileValues {
  readonly pool: string;
}

/** Longest wait for the end of a machine: justin kills `launch` 10 s after it told it to end. */
const GONE_SECONDS = 6;

interface LaunchValues extends FalkValues {
  readonly address: string;
  readonly port: string;
  readonly "dry-run": boolean;
  readonly "show-secrets"?: boolean;
}

/** Runs `ci falk prepare`, which checks the image, so that a mistake shows before a job waits for the machine. */
export async function prepare(
  values: FalkValues,
  [image = ""]: readonly string[],
  app: App,
): Promise<number> {
  refuseManage(image, app);
  const isPooled = checkOperand("prepare", image, values);
  const ground = await groundOf(values, app);
  if (isPooled) {
    await (await import("./falk_pooled.ts")).checkPool(values.pool, ground);
    return EXIT.ok;
  }
  const { app: there, project } = ground;
  // An image of another server is looked for when it is launched.
  if (image.includes(":")) return EXIT.ok;
  const images = await (await there.server()).images(project);
  const known = images.flatMap(({ aliases }) => aliases);
  if (known.includes(image)) return EXIT.ok;
  throw missing("image", image, { known, advice: ["To build one: lxops image build --host-key image"] });
}

/** Checks that a command has an image or a pool, and tells whether it has a pool. */
function checkOperand(command: string, image: string, { pool }: FalkValues): boolean {
  if ((image === "") !== (pool === "")) return pool !== "";
  throw new UsageError(
    `ci falk ${command} takes an IMAGE or --pool POOL${image === "" ? "" : ", and not both"}`,
  );
}

/** Refuses the mode in which a user changes the image by hand: justin cannot keep the result apart. */
function refuseManage(image: string, { host }: App): void {
  if (!host.env("JUSTIN_MANAGE")) return;
  throw new LxopsError("Machines of lxops are changed by changing their image", [
    "By a recipe:  lxops image build --host-key image",
    `By hand:      lxops image shell --host-key image ${image}`,
  ]);
}

/** Runs `ci falk launch`. */
export async function launch(
  values: LaunchValues,
  [image = ""]: readonly string[],
  app: App,
): Promise<number> {
  app.endBySignal?.();
  try {
    return await launchIn(values, image, app);
  } catch (error) {
    if (!(error instanceof LxopsError) || error instanceof InterruptedError || error instanceof RunError) {
      throw error;
    }
    throw new RunError(error);
  }
}

async function launchIn(values: LaunchValues, image: string, app: App): Promise<number> {
  refuseManage(image, app);
  const isPooled = checkOperand("launch", image, values);
  const port = values.port || app.host.env("JUSTIN_SSH_PORT") || "";
  if (port === "") throw new UsageError("ci falk launch needs a port: JUSTIN_SSH_PORT, or --port {SSHPORT}");
  const { address } = values;
  const ground = await groundOf(values, app);
  const listen = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  if (isPooled) {
    const { launchPooled } = await import("./falk_pooled.ts");
    return await launchPooled({ ...values, listen }, ground);
  }
  const { settings, app: there, project } = ground;
  const random = there.random();
  const { leaves: _leaves, ...options } = optionsOf({ ...settings, wait: settings.wait || "exec" }, {
    run: await app.host.thisRun() ?? "",
    until: undefined,
    caches: [],
    runner: undefined,
  });
  const { plan, others } = await planConfigured(
    {
      instance: { project, name: `falk-${randomPart(random)}` },
      image,
      options: { ...options, goneSeconds: GONE_SECONDS, ...sshOf(listen) },
      random,
      more: configOf(settings),
    },
    { properties: undefined, P: [], project, "dry-run": false, profile: settings.profiles },
    there,
  );
  const { ended } = await carryOut({ plan, others, argv: undefined, random }, values, there);
  if (ended.error) throw ended.error;
  return ended.code;
}

/** Runs `ci falk cleanup`. */
export async function cleanup(
  values: FalkValues & { readonly "dry-run": boolean },
  _: readonly string[],
  app: App,
): Promise<number> {
  const ground = await groundOf(values, app);
  const { app: there, project } = ground;
  const leased = values.pool === ""
    ? []
    : await (await import("./falk_pooled.ts")).releases(values.pool, ground);
  const infos = await (await there.server()).instances(project);
  const left = await findStrays(infos, app.host, { now: new Date() });
  await applyPlan(there, { first: [], each: [...leased, ...planSweep(left)] }, {
    dryRun: values["dry-run"],
    parallel: 8,
    several: false,
  });
  return EXIT.ok;
}
