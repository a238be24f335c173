/**
 * Instances that files called `lxops.yaml` name by their directories. Such a file once named the instance `lxops`, and
 * the instance with the name of the directory may belong to another file.
 *
 * @module
 */
import { basename, extname } from "@std/path";
import { refuse, type StateError } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { defaultName, isNamedByDirectory } from "../../instance/patterns/default_name.ts";
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import type { InstancePlan } from "../../step/step.ts";
import { CONFIG_MARK } from "../instance/ownership.ts";
import { objectKey, type PlanOptions, type Target, type World } from "../world.ts";

export { CONFIG_MARK };

/** A reason to doubt the name of a directory. */
export interface NameDoubt {
  /** The file that the instance of this name was made from. */
  readonly other?: string;
  /** The file does not exist any more. */
  readonly isGone?: true;
  /** The instance that this file made before its directory gave the name. */
  readonly former?: string;
}

/**
 * Returns the doubt about the name that a target has from its directory; `undefined` where there is none.
 *
 * @param isSame tells whether a noted path is that of the target's file
 */
export function nameDoubt(
  { instance }: Target,
  { instances }: Pick<World, "instances">,
  isSame: (noted: string) => boolean = (noted) => noted === instance.config.file,
): NameDoubt | undefined {
  if (!instance.namedByDirectory) return undefined;
  const { name, project, config: { file } } = instance;
  const notedOn = (one: string) => instances.get(objectKey(project, one))?.config[CONFIG_MARK] || undefined;
  const own = notedOn(name);
  const base = basename(file, extname(file));
  const former = base === name ? undefined : notedOn(base);
  const other = own !== undefined && !isSame(own) ? own : undefined;
  // An instance of the same file that bears the name of the directory is the one that is meant.
  const isFormer = former !== undefined && isSame(former) && (own === undefined || other !== undefined);
  if (other === undefined && !isFormer) return undefined;
  return { ...(other === undefined ? {} : { other }), ...(isFormer ? { former: base } : {}) };
}

/**
 * Returns the note of the file that an instance is to have from now on; `undefined` where it has that, or the user does
 * not say that the instance belongs to the file.
 */
export function newFile(
  info: Pick<InstanceInfo, "config"> | undefined,
  { instance: { config: { file } } }: Target,
  { adopt }: Pick<PlanOptions, "adopt">,
): Readonly<Record<string, string>> | undefined {
  const noted = info?.config[CONFIG_MARK];
  return adopt && info !== undefined && file !== "" && noted !== file ? { [CONFIG_MARK]: file } : undefined;
}

/** Returns the error for a target whose instance may not be the one that its file means. */
export function nameError(
  { instance: { name, file, config } }: Target,
  action: string,
  { other, isGone, former }: NameDoubt,
): StateError {
  const meant = former ?? name;
  return refuse(
    `Cannot ${action} instance "${name}", which has the name of the directory of "${file}"`,
    [
      ...(other === undefined ? [] : [
        `it was made from "${other}"${
          isGone ? ", which is not there any more," : ","
        } and not from "${config.file}"`,
      ]),
      ...(former === undefined ? [] : [`"${config.file}" made instance "${former}"`]),
    ].join("; "),
    [
      ...(former === undefined
        ? []
        : [`To keep to instance "${former}", write into "${file}": name: ${former} (or directory: false)`]),
      ...(other === undefined || former !== undefined ? [] : [
        `If ${
          isGone ? "the directory was moved here" : "both are the same configuration"
        }, this notes its new place: lxops up --adopt ${quote(file)}`,
      ]),
      ...(other === undefined || isGone ? [] : [`If the other file is meant, name it: ${quote(other)}`]),
      ...(other === undefined || former !== undefined
        ? []
        : [`For another instance beside it, write another name into "${file}", as in name: ${name}-2`]),
      `For instance "${meant}", add --name ${quote(meant)}, or name it in place of the file`,
    ],
  );
}

/** Returns the note that the file of a renamed instance still means its old name, and thus another instance. */
export function nameNote(
  { instance: { config, file, name: old }, loaded }: Target,
  { name }: InstanceRef,
): Pick<InstancePlan, "notes"> {
  const own = defaultName(config.file, "/", loaded);
  if (own !== name && isNamedByDirectory(config.file, "/", loaded)) {
    return { notes: [`"${file}" still means "${own}", like its directory; write "name: ${name}" into it`] };
  }
  if (config.name === "" && own === old && own !== name) {
    return {
      notes: [
        `"${file}" still means "${own}"; from now on add --name ${name}, or rename the file to ${name}${
          extname(file)
        }`,
      ],
    };
  }
  if (config.name === "" || config.name === name) return {};
  return { notes: [`"${file}" says "name: ${config.name}"; change it to "name: ${name}"`] };
}
