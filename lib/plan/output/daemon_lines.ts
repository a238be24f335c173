/**
 * Lines of a script for effects of the daemon: requests, and programs and files in instances.
 *
 * @module
 */
import { hereDocument, quote } from "../../base/shell.ts";
import { SHOWN_MARKER } from "../../cloudconfig/batch/batch.ts";
import { withoutSecrets } from "../../cloudconfig/model/secrets.ts";
import type { InstanceRef, Push, Request } from "../../ports/mod.ts";
import type { Program } from "../../step/program.ts";
import type { Batch } from "../../step/step.ts";
import { bodyWord } from "../instance/hidden_values.ts";
import { shownBody } from "../record/shown.ts";
import type { ScriptOptions } from "./script_options.ts";

const LEFT_OUT = "# Secrets are left out; --show-secrets prints the script with them";

/** Returns the line of a request to the daemon. */
export function queryLine(
  request: Request,
  { showSecrets = false }: ScriptOptions,
  already: string | undefined,
  alias = "",
): string {
  const shown = shownBody(request.body);
  const { word, hides } = request.body === undefined || showSecrets
    ? { word: quote(JSON.stringify(shown) ?? ""), hides: false }
    : bodyWord(shown);
  const body = request.body === undefined ? "" : ` -d ${word}`;
  const content = already === undefined ? "" : ` -already ${quote(already)}`;
  const note = hides ? `${LEFT_OUT}\n` : "";
  return `${note}lxops query -X ${request.method}${content}${alias}${body} ${quote(request.path)}`;
}

/** Returns the flags of a program in an instance, in the order of the help. */
export function execFlags({ env, user, cwd, account, limitSeconds, endSeconds }: Program): string {
  const variables = Object.entries(env ?? {}).map(([key, value]) => ` -env ${quote(`${key}=${value}`)}`);
  return [
    ...variables,
    ...(user ? [` -user ${user.uid}:${user.gid}`] : []),
    ...(account === undefined ? [] : [` -user ${quote(account)}`]),
    ...(cwd === undefined ? [] : [` -cwd ${quote(cwd)}`]),
    ...(limitSeconds === undefined ? [] : [` -timeout ${limitSeconds}s`]),
    ...(endSeconds === undefined ? [] : [` -kill-after ${endSeconds}s`]),
  ].join("");
}

/** Returns the lines of a program in an instance, with its input. */
export function execLine(exec: Program, options: ScriptOptions): string {
  const line = `lxops instance exec${projectFlag(exec.instance, options)}${execFlags(exec)} ${
    quote(exec.instance.name)
  } -- ${exec.argv.map(quote).join(" ")}`;
  if (exec.inherits) return line;
  if (exec.input) return `${printBytes(exec.input)} | ${line}`;
  return exec.stdin === undefined ? `${line} </dev/null` : `${line} ${hereDocument(exec.stdin)}`;
}

/**
 * Returns the lines of a batch, without secrets unless they are asked for: a reader of the script may not be
 * entitled to its passwords.
 */
export function batchLine(batch: Batch, options: ScriptOptions): string {
  const { secrets = [] } = batch;
  // It is another in every run, and two dry runs have to be the same.
  const stdin = (batch.stdin ?? "").replaceAll(batch.marker, SHOWN_MARKER);
  if (batch.optional) return execLine({ ...batch, stdin }, options).replace("\n", " || [ $? = 127 ]\n");
  if (secrets.length === 0 || options.showSecrets) return execLine({ ...batch, stdin }, options);
  return `${LEFT_OUT}\n${execLine({ ...batch, stdin: withoutSecrets(stdin, secrets) }, options)}`;
}

/** Returns the line that writes a file of an instance. */
export function pushLine(push: Push, options: ScriptOptions): string {
  const values = { mode: push.mode.toString(8).padStart(3, "0"), uid: push.uid, gid: push.gid };
  const flags = (push.set ?? []).map((name) => ` -${name} ${values[name]}`).join("");
  const line = `lxops file push${projectFlag(push.instance, options)}${flags} - ${
    quote(`${push.instance.name}${push.path}`)
  }`;
  return `${printBytes(push.content)} | ${line}`;
}

function printBytes(bytes: Uint8Array): string {
  const octets = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  return `printf ${quote(octets)}`;
}

/** Returns the flag that names the project of an instance; nothing where the script has it already. */
export function projectFlag(ref: InstanceRef, options: ScriptOptions): string {
  const project = ref.project || "default";
  return project === (options.project || "default") ? "" : ` -project ${quote(project)}`;
}
