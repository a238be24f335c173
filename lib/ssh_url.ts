/**
 * `ssh://[USER@]HOST[:PORT][?OPTION=VALUE&...]`: the machine that a configuration's directories are on.
 *
 * @module
 */
import type { Ssh } from "./machine.ts";

/** Options of ssh that a configuration may set: none of them runs a program of its choice. */
const OPTIONS: readonly string[] = [
  "CertificateFile",
  "ConnectTimeout",
  "ControlMaster",
  "ControlPath",
  "ControlPersist",
  "HostKeyAlias",
  "IdentitiesOnly",
  "IdentityFile",
  "ProxyJump",
  "UserKnownHostsFile",
];

/** Reads the text of a machine; a text instead of it says what is wrong. */
export function parseSshUrl(text: string): Ssh | string {
  const form = `"${text}" is not of the form ssh://[USER@]HOST[:PORT]`;
  const match =
    /^ssh:\/\/(?:([A-Za-z0-9_][A-Za-z0-9_.-]*)@)?([A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?\/?(?:\?(.*))?$/
      .exec(text);
  if (!match) return form;
  const [, user, name = "", port, query] = match;
  if (port !== undefined && !(Number(port) > 0 && Number(port) < 65536)) {
    return `${form}: "${port}" is no port`;
  }
  const options: string[] = [];
  for (const [key, value] of new URLSearchParams(query ?? "")) {
    if (!OPTIONS.includes(key)) {
      return `"${key}" is not an option of ssh that can be set here; those are ${OPTIONS.join(", ")}`;
    }
    options.push(`${key}=${value}`);
  }
  const host = name.replace(/^\[(.*)\]$/, "$1");
  return {
    host: user === undefined ? host : `${user}@${host}`,
    ...(port === undefined ? {} : { port: Number(port) }),
    // Nobody can be asked for a password, or whether a host's key is the right one: ssh's own settings say that.
    options: [...options, "BatchMode=yes"],
  };
}
