/**
 * Keys of an instance as keys of a configuration. Values that may be secret become settings of `.env`.
 *
 * @module
 */
import { isSecretName } from "../../cloudconfig/model/mask.ts";
import { shownValue } from "../instance/hidden_values.ts";
import { UNSAID } from "./devices.ts";
import { settingName } from "./setting_name.ts";
import { isPattern, literal, type Remark, type Value } from "./starter.ts";

/** Keys of the daemon that are copied unchanged. */
const TAKEN =
  /^(?:agent|boot|cloud-init|cluster|limits|linux|migration|nvidia|raw|security|snapshots|user)\./;

/** Keys that belong to this instance only, or that have no meaning. */
const OWN = /^(?:volatile\.|image\.|user\.lxops\.|security\.idmap\.base$)/;

/** Keys of the daemon for which a configuration has keys of its own. */
const SPECIAL = /^(?:limits\.(?:cpu|memory|processes)|raw\.idmap|boot\.autostart)$/;

/** The parts of a configuration to which keys are added. */
interface Into {
  readonly keys: Record<string, Value>;
  readonly remarks: Remark[];
  /** Keys that the configuration cannot have in its own form; with the prefix "config.", in no form. */
  readonly without: ReadonlySet<string>;
}

/** Reads the keys of an instance; returns its settings for `.env`. */
export function readKeys(
  config: Readonly<Record<string, string>>,
  { keys, remarks, without }: Into,
): ReadonlyMap<string, string> {
  const env = new Map<string, string>();
  const limits: Record<string, string> = {};
  const others: Record<string, string> = {};
  const setting = (key: string, wanted: string | undefined, value: string) => {
    if (wanted === undefined || value.includes("\0")) {
      remarks.push({ key, message: "It cannot be a setting of .env, and is not taken over" });
      return;
    }
    let name = wanted;
    for (let number = 2; env.has(name); number++) name = `${wanted}_${number}`;
    env.set(name, value);
    others[key] = `\${${name}}`;
  };
  for (const [key, value] of Object.entries(config).sort(([a], [b]) => a < b ? -1 : 1)) {
    const limit = /^limits\.(cpu|memory|processes)$/.exec(key)?.[1];
    const variable = /^environment\.(.*)$/s.exec(key)?.[1];
    if (OWN.test(key) || value === "") continue;
    if (without.has(`config.${key}`) || without.has(key) && !SPECIAL.test(key)) {
      remarks.push({ key, message: `It is not taken over: ${UNSAID}` });
    } else if (SPECIAL.test(key) && without.has(key)) others[key] = literal(value);
    else if (variable !== undefined) setting(key, settingName(variable), value);
    else if (limit !== undefined && !isPattern(value)) limits[limit] = literal(value);
    else if (key === "boot.autostart" && /^(?:true|false)$/.test(value)) {
      keys["autostart"] = value === "true";
    } else if (key === "raw.idmap" && !isPattern(value)) {
      keys["idmap"] = value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    } else if (TAKEN.test(key) && maySecret(key, value)) {
      setting(key, key.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_"), value);
    } else if (TAKEN.test(key)) others[key] = literal(value);
    else remarks.push({ key, message: "It may have something secret, and is not taken over" });
  }
  if (env.size > 0) {
    remarks.push({
      key: "config",
      message: `The values of ${[...env.keys()].join(", ")} are in .env, as they may be secret`,
    });
  }
  if (Object.keys(limits).length > 0) keys["limits"] = limits;
  if (Object.keys(others).length > 0) keys["config"] = others;
  return env;
}

/** Tells whether the value of a key may be secret: free texts, and those that are not shown elsewhere. */
function maySecret(key: string, value: string): boolean {
  return /^(?:raw|user|cloud-init)\./.test(key) || isSecretName(key.replace(/^.*\./, "")) ||
    shownValue(key, value) !== value;
}
