/**
 * Advice on an instance that a daemon had half renamed when it was killed: the record of its root filesystem has one
 * name, and its own record the other. Nothing starts, renames or deletes it properly then, and the daemon's API has no
 * cure.
 *
 * @module
 */
import { parseApiPath } from "../../../base/api.ts";
import { quote } from "../../../base/shell.ts";
import type { Backend } from "../../../ports/mod.ts";
import type { Failure } from "../../../run/execute/execute.ts";

/** The words of both daemons for an instance whose root filesystem has no record under its name. */
const HALF_RENAMED = /Instance storage pool not found/;

/** The words of lxops for a daemon that went away during a request. */
const CUT_OFF = /stopped or restarted during POST .*; its outcome is unknown/;

/** Returns advice where a failure comes from a rename that was cut off; none for others. */
export function halfRenamedAdvice(
  { step, error, back }: Failure,
  { client, title }: Backend,
): readonly string[] {
  const isRename = step?.title.startsWith("Rename instance ") ?? false;
  // Where the old instance came back, nothing was half renamed.
  if (!HALF_RENAMED.test(error.message) && (!isRename || back || !CUT_OFF.test(error.message))) return [];
  const { from, to, project } = namesOf(step?.effect.kind === "send" ? step.effect : undefined);
  const sql = `${client === "lxc" ? "lxd" : `${client} admin`} sql global`;
  const [one, other] = [sqlQuote(from), sqlQuote(to)];
  const isIn = `project_id=(SELECT id FROM projects WHERE name=${sqlQuote(project)})`;
  return [
    `Where ${title} says "Instance storage pool not found", it was killed while it renamed an instance, whose files ` +
    "have another name than its record now",
    `To see the names: ${sql} ${
      quote("SELECT name FROM instances; SELECT name FROM storage_volumes WHERE type=0")
    }`,
    `If its directory in the storage pool is "${to}": ${sql} ${
      quote(`UPDATE instances SET name=${other} WHERE name=${one} AND ${isIn}`)
    }`,
    `If it is "${from}": ${sql} ${
      quote(`UPDATE storage_volumes SET name=${one} WHERE name=${other} AND type=0 AND ${isIn}`)
    }`,
    "Neither changes a file. Then run the same command again, a rebuild with --resume",
  ];
}

function namesOf(
  request: { readonly path: string; readonly body?: unknown } | undefined,
): { readonly from: string; readonly to: string; readonly project: string } {
  if (!request) return { from: "NAME", to: "OTHER", project: "PROJECT" };
  const { parts: [, from = "NAME"], project } = parseApiPath(request.path);
  const { body } = request;
  const to = typeof body === "object" && body !== null && "name" in body ? String(body.name) : "OTHER";
  return { from, to, project };
}

function sqlQuote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
