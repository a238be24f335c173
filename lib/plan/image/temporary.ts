/**
 * The temporary instance of an image: one that a user changes it in, or one that is never started, out of which lxops
 * reads files of an image that only the daemon can unpack.
 *
 * @module
 */
import type { Devices, ImageInfo, InstanceRef, ProfileInfo } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { InstancePlan } from "../../step/step.ts";
import { isRootDisk } from "../instance/resolve/own_profile.ts";
import { privateDevices, removableConfig } from "../instance/resolve/private_devices.ts";
import { RUN_MARK, runMark } from "../instance/throw_away.ts";
import { createBackup, createInstance, type InstanceBody } from "../requests/instances.ts";

/** An image, and its temporary instance. */
export interface TemporaryOptions {
  readonly project: string;
  readonly image: ImageInfo;
  /** Name of the instance. */
  readonly name: string;
  /** The run of lxops that makes it, as `runText()` renders it. */
  readonly run: string;
  /** Profiles of the instance, as the daemon has them. */
  readonly profiles: readonly ProfileInfo[];
}

/** Name of the backup that the files of an image are read from. */
export const CONTENTS_BACKUP = "lxops";

/** Returns the configuration that an instance of some profiles has in the end. */
export function configOf(profiles: readonly ProfileInfo[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...profiles.map((profile) => profile.config));
}

/** Returns the devices that an instance of some profiles has in the end. */
export function devicesOf(profiles: readonly ProfileInfo[]): Devices {
  return Object.assign({}, ...profiles.map((profile) => profile.devices));
}

/** Returns the body of a temporary instance, which has nothing of the host; it stays when it stops. */
export function temporaryBody({ project, image, name, run, profiles }: TemporaryOptions): InstanceBody {
  return {
    name,
    type: "container",
    source: { type: "image", fingerprint: image.fingerprint },
    profiles: profiles.map((profile) => profile.name),
    config: { ...removableConfig(configOf(profiles)), [RUN_MARK]: runMark({ project, name }, run) },
    devices: privateDevices({}, devicesOf(profiles)),
    ephemeral: false,
    description: "",
  };
}

/**
 * Plans an instance of an image that has a backup, and its removal.
 *
 * @param pool pool of its root disk where its profiles have none
 */
export function planContents(
  options: TemporaryOptions,
  pool: string | undefined,
): { readonly opens: InstancePlan; readonly closes: InstancePlan } {
  const { project, image, name, profiles, run } = options;
  const instance: InstanceRef = { project, name };
  const body = temporaryBody(options);
  const needsRoot = !Object.values(devicesOf(profiles)).some(isRootDisk);
  const devices = needsRoot && pool !== undefined ? { root: { type: "disk", path: "/", pool } } : {};
  const request = createInstance(project, { ...body, devices: { ...body.devices, ...devices } });
  const short = image.fingerprint.slice(0, 12);
  return {
    opens: {
      instance,
      steps: [
        send(`Create instance ${name} from image ${short}, to read its files`, request, {
          makes: [{ kind: "instance", ...instance }],
        }),
        send(`Back up instance ${name}`, createBackup(instance, CONTENTS_BACKUP)),
      ],
    },
    closes: {
      instance,
      steps: [{
        title: `Remove instance ${name}`,
        effect: { kind: "discard", instance, mark: runMark(instance, run) },
        removes: [{ kind: "instance", ...instance }],
      }],
    },
  };
}
