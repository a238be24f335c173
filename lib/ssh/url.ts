/**
 * `ssh://[USER@]HOST[:PORT][?OPTION=VALUE&...]`: the machine that a configuration's directories are on.
 *
 * @module
 */
import type { Ssh } from "../ports/machine.ts";

const NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
const HOST = `(?:${NAME}|\\[[0-9A-Fa-f:.]+\\])`;
const JUMP = `(?:${NAME}@)?${HOST}(?::\\d{1,5})?`;
/** No space, quote or control character, and nothing that a shell takes for more than a letter. */
const PATH = /^[A-Za-z0-9_.\/~%@:+,=-]+$/;

/**
 * Options of ssh that a configuration may set, and their values: none of them can run a program. ssh passes some of
 * them to a shell, and older versions do not quote them.
 */
const OPTIONS: Readonly<Record<string, RegExp>> = {
  CertificateFile: PATH,
  ConnectTimeout: /^(\d{1,9}[smh]?|none)$/,
  ControlMaster: /^(yes|no|ask|auto|autoask)$/,
  ControlPath: PATH,
  ControlPersist: /^(yes|no|\d{1,9}[smhdw]?)$/,
  HostKeyAlias: new RegExp(`^${HOST}$`),
  IdentitiesOnly: /^(yes|no)$/,
  IdentityFile: PATH,
  ProxyJump: new RegExp(`^(none|${JUMP}(,${JUMP})*)$`),
  UserKnownHostsFile: PATH,
};

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
    const values = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : undefined;
    if (!values) {
      const known = Object.keys(OPTIONS).join(", ");
      return `"${key}" is not an option of ssh that can be set here; those are ${known}`;
    }
    if (!values.test(value)) return `${JSON.stringify(value)} is not a value that ${key} can have here`;
    options.push(`${key}=${value}`);
  }
  const host = name.replace(/^\[(.*)\]$/, "$1");
  return {
    host: user === undefined ? host : `${user}@${host}`,
    ...(port === undefined ? {} : { port: Number(port) }),
    // ssh must not ask for a password or for the trust in a host key: host keys belong in ssh's own settings.
    options: [...options, "BatchMode=yes"],
  };
}
