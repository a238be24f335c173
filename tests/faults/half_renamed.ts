/**
 * The repair of an instance that a killed daemon has half renamed, with the SQL statements that lxops prints. They are
 * sent as `incus admin sql` and `lxd sql` send them.
 *
 * @module
 */
import { ask, directoryOf, poolsOf, type Site } from "./site.ts";

const PROJECT = "project_id=(SELECT id FROM projects WHERE name='default')";

/** Repairs the instances of a row, and tells whether one was half renamed. */
export async function cure(site: Site): Promise<boolean> {
  const names = async (table: string, where: string) => {
    const query = `SELECT name FROM ${table} WHERE ${where} AND ${PROJECT} AND name LIKE '%${site.id}%'`;
    const answer = await sql(site, query);
    return ((answer?.Results?.[0]?.rows ?? []) as string[][]).map(([name]) => name!);
  };
  const [instances, volumes] = await Promise.all([
    names("instances", "1=1"),
    names("storage_volumes", "type=0"),
  ]);
  const [instance] = instances.filter((name) => !volumes.includes(name));
  const [volume] = volumes.filter((name) => !instances.includes(name));
  if (instance === undefined || volume === undefined) return false;
  const hasMoved = (await Promise.all(
    poolsOf(site).map(async (pool) =>
      await Deno.stat(`${directoryOf(site, pool)}/containers/${volume}/rootfs`).then(
        () => true,
        () => false,
      )
    ),
  )).some(Boolean);
  await sql(
    site,
    hasMoved
      ? `UPDATE instances SET name='${volume}' WHERE name='${instance}' AND ${PROJECT}`
      : `UPDATE storage_volumes SET name='${instance}' WHERE name='${volume}' AND type=0 AND ${PROJECT}`,
  );
  return true;
}

// deno-lint-ignore no-explicit-any
async function sql(site: Site, query: string): Promise<any> {
  return await ask(site, "POST", "/internal/sql", { database: "global", query });
}
