/**
 * Public keys of users: those in their entries, and those at the top of a file. Keys at the top are for the default user,
 * and for root with a forced command that refuses login.
 *
 * @module
 */
import * as z from "zod/mini";
import { type Context, defineSection, type ValuesOf } from "../../model/section.ts";
import { flag, line } from "../../model/fields.ts";
import type { Draft } from "../../model/item.ts";
import type { OSType } from "../../model/ostype.ts";
import { quote } from "../../../base/shell.ts";
import { assign, pipeInto } from "../../model/print.ts";
import { accountsOf, type AccountValues } from "./accounts.ts";
import { importedIds, publicKeys } from "./user_schema.ts";

const keys = {
  ssh_authorized_keys: z.optional(publicKeys),
  ssh_import_id: z.optional(importedIds),
  disable_root: z.optional(flag),
  disable_root_opts: z.optional(line),
} as const;

type Values = ValuesOf<typeof keys> & AccountValues;

/** The keys of a user in a file, and the place of the first. */
interface Claim {
  readonly keys: readonly string[];
  readonly path: readonly (string | number)[];
}

const RESTRICTED = "no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command=" +
  `"echo 'Log in as the user \\"$USER\\" instead of the user \\"$DISABLE_USER\\".';echo;sleep 10;exit 142"`;

function rootKeys(values: Values, user: string, keys: readonly string[]): readonly string[] {
  if (values.disable_root === false) return keys;
  const options = (values.disable_root_opts || RESTRICTED).replaceAll("$USER", user)
    .replaceAll("$DISABLE_USER", "root");
  return keys.map((key) => `${options} ${key}`);
}

function claimsOf(values: Values, os: OSType): ReadonlyMap<string, Claim> {
  const { users, defaultName } = accountsOf(values, os);
  const claims = new Map<string, Claim>();
  const add = (name: string, keys: readonly string[] | undefined, path: Claim["path"]) => {
    if (keys === undefined) return;
    const before = claims.get(name);
    claims.set(name, { keys: [...before?.keys ?? [], ...keys], path: before?.path ?? path });
  };
  for (const [name, { user, path }] of users) {
    add(name, user.ssh_authorized_keys, [...path, "ssh_authorized_keys"]);
  }
  const top = values.ssh_authorized_keys;
  if (defaultName !== undefined) add(defaultName, top, ["ssh_authorized_keys"]);
  if (top?.length) add("root", rootKeys(values, defaultName ?? "NONE", top), ["ssh_authorized_keys"]);
  return claims;
}

/** Makes an item for the keys of each user. They add up over this file and those before it. */
function keyItems(values: Values, { os, earlier }: Context<Values>): Draft[] {
  const before = earlier.map((other) => claimsOf(other, os));
  return [...claimsOf(values, os)].map(([name, claim]): Draft => {
    const keys = [...new Set([...before.flatMap((claims) => claims.get(name)?.keys ?? []), ...claim.keys])];
    const lines = new TextEncoder().encode(keys.map((key) => `${key}\n`).join(""));
    return {
      section: String(claim.path[0]),
      path: claim.path,
      title: `Set ${keys.length} SSH key${keys.length === 1 ? "" : "s"} of user ${name}`,
      script: `${assign("name", name)}\n${pipeInto(lines, "lxops_keys")}`,
      helpers: ["keys"],
      content: [name, keys],
      target: `keys:${name}`,
      checks: [{ kind: "keys", name, keys }],
    };
  });
}

/** Makes an item for the keys that are imported for each user. */
function importedKeyItems(values: Values, { os }: Context): Draft[] {
  const { users, defaultName } = accountsOf(values, os);
  const wanted = [...users].flatMap(([name, { user, path }]) => {
    const own = user.ssh_import_id ?? [];
    const top = name === defaultName ? values.ssh_import_id ?? [] : [];
    return own.length + top.length === 0 ? [] : [{ name, ids: [...new Set([...own, ...top])], path }];
  });
  return wanted.map(({ name, ids, path }): Draft => ({
    section: "ssh_import_id",
    path,
    title: `Import the SSH keys of ${ids.join(" ")} for user ${name}`,
    script: `${assign("name", name)}\nlxops_import_keys ${ids.map(quote).join(" ")}`,
    helpers: ["keys", os.packageManager],
    content: [name, ids],
  }));
}

/** `ssh_authorized_keys`, `ssh_import_id`, `disable_root` and `disable_root_opts`. */
export const sshKeys = defineSection<typeof keys, AccountValues>({
  keys,
  items: { logins: keyItems, importedKeys: importedKeyItems },
});
