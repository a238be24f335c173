/**
 * `image shell`: changes an image by hand.
 *
 * @module
 */
import { EXIT, UsageError } from "../../../base/errors.ts";
import { missing } from "../../../base/missing.ts";
import { imageIn } from "../../../plan/image/bases.ts";
import { builtImage } from "../../../plan/image/properties.ts";
import { sealing, withOwnNotes } from "../../../plan/image/seal.ts";
import { planImageShell } from "../../../plan/image/shell.ts";
import { planUnfinished } from "../../../plan/image/unfinished.ts";
import { throwAwayName } from "../../../plan/instance/random_names.ts";
import { planSweep } from "../../../plan/throwaway/sweep.ts";
import { failureError } from "../../../run/execute/apply.ts";
import { findStrays, findUnfinished } from "../../../run/targets/strays.ts";
import type { App } from "../../command/app.ts";
import { recordSecretOf } from "../../shared/lifecycle/record_secret.ts";
import type { LockValues } from "../../shared/lifecycle/lock.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { buildTime } from "./build_options.ts";
import { optionsOf } from "./build_notes.ts";
import { lockAliases } from "./lock.ts";

interface Values extends LockValues {
  readonly project: string;
  readonly profile: readonly string[];
  readonly "host-key": string;
  readonly serial: string;
  readonly "wait-stop": number;
}

/** Runs `image shell`. */
export async function shell(
  values: Values,
  [operand, ...program]: readonly string[],
  app: App,
): Promise<number> {
  const { app: there, name: alias } = remoteOf(app, operand!);
  const terminal = app.isInteractive() && program.length === 0;
  if (!terminal && program.length === 0) {
    throw new UsageError("image shell needs a terminal for input and output, or a program: -- PROGRAM");
  }
  const project = await projectOf(there, values.project);
  await lockAliases([alias], { command: "image shell", project }, values, there);
  const server = await there.server();
  const { options: { recordSecret: secret }, step } = await recordSecretOf(there);
  const [images, profiles, instances] = await Promise.all([
    server.images(project).then((all) => withOwnNotes(all, secret)),
    server.profiles(project),
    server.instances(project),
  ]);
  const image = imageIn(images, alias);
  if (!image) throw missing("image", alias, { known: images.flatMap(({ aliases }) => aliases) });
  const names = values.profile.length > 0 ? values.profile : ["default"];
  const chosen = names.map((name) => {
    const found = profiles.find((profile) => profile.name === name);
    if (!found) throw missing("profile", name, { known: profiles.map((profile) => profile.name) });
    return found;
  });
  const built = builtImage(image.properties);
  const noted = built ? optionsOf(built) : {};
  const time = buildTime(app).toISOString().replace(/\.\d+Z$/, "Z");
  const random = there.random();
  const plan = planImageShell({
    project,
    alias,
    image,
    name: throwAwayName(random),
    run: await app.host.thisRun() ?? "",
    random,
    profiles: chosen,
    argv: (program.length > 0 ? program : ["/bin/sh", "-l"]) as [string, ...string[]],
    terminal,
    hostKeys: hostKeysOf(values["host-key"] || noted["host-key"] || "new"),
    built: time,
    serial: values.serial || time.replaceAll(/[-:Z]/g, "").replace("T", "-"),
    compression: noted.compression ?? "",
    stopSeconds: values["wait-stop"],
  });
  const now = new Date();
  const left = [
    ...planSweep(await findStrays(instances, app.host, { now })),
    ...planUnfinished(project, await findUnfinished(images, app.host, { now })),
  ];
  const [failure] = await there.apply({ first: step ? [step] : [], each: [sealing(plan, secret), ...left] }, {
    dryRun: values["dry-run"],
    random,
    parallel: 4,
    undoOnFailure: false,
    verbose: false,
    passOutput: true,
    programOnly: true,
  });
  if (failure) throw failureError(failure, []);
  return EXIT.ok;
}

function hostKeysOf(text: string): "new" | "image" {
  if (text === "new" || text === "image") return text;
  throw new UsageError(`--host-key takes new or image, not "${text}"`);
}
