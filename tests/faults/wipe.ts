/**
 * The removal of everything that rows created.
 *
 * @module
 */
import { cure } from "./half_renamed.ts";
import { ask, directoryOf, isOf, poolsOf, rehearsed, sh, type Site } from "./site.ts";

/** Removes everything with the names of a row, whatever its state, without lxops. */
export async function wipe(site: Site): Promise<void> {
  const { id, place, kind } = site;
  await cure(site);
  const named = async (path: string) => {
    const all: { name: string; config?: Record<string, string> }[] =
      await ask(site, "GET", `${path}?recursion=1`) ?? [];
    return all.filter((one) => isOf(site, one)).map(({ name }) => name);
  };
  for (const name of await named("/1.0/instances")) {
    await ask(site, "PUT", `/1.0/instances/${name}/state`, { action: "stop", force: true, timeout: 20 });
    await ask(site, "DELETE", `/1.0/instances/${name}`);
  }
  for (const pool of poolsOf(site)) {
    await sh(`rmdir '${directoryOf(site, pool)}'/containers/*'${id}'* 2>/dev/null || true`);
  }
  for (const name of await named("/1.0/profiles")) await ask(site, "DELETE", `/1.0/profiles/${name}`);
  for (const path of await rehearsed(site)) await ask(site, "DELETE", path);
  for (const pool of poolsOf(site)) {
    const volumes = `/1.0/storage-pools/${pool}/volumes/custom`;
    for (const name of (await named(volumes)).filter((one) => !one.includes("/"))) {
      await ask(site, "DELETE", `${volumes}/${name}`);
    }
  }
  for (const project of await named("/1.0/projects")) {
    const images: { fingerprint: string }[] = await ask(
      site,
      "GET",
      `/1.0/images?recursion=1&project=${project}`,
    );
    for (const { fingerprint } of images) {
      await ask(site, "DELETE", `/1.0/images/${fingerprint}?project=${project}`);
    }
    await ask(site, "DELETE", `/1.0/projects/${project}`);
  }
  for (const name of await named("/1.0/images/aliases")) {
    const alias = await ask(site, "GET", `/1.0/images/aliases/${name}`);
    // An image with two aliases is deleted already.
    if (alias) await ask(site, "DELETE", `/1.0/images/${alias.target}`);
  }
  const images: { fingerprint: string; properties: Record<string, string> }[] =
    await ask(site, "GET", "/1.0/images?recursion=1") ?? [];
  for (const { fingerprint, properties } of images) {
    if (Object.values(properties).includes(id)) await ask(site, "DELETE", `/1.0/images/${fingerprint}`);
  }
  await sh(
    `rm -rf '${place.plainDir}'/*'${id}'* '${site.dir}'/out* '${site.dir}'/volume* '${site.dir}'/image* '${site.dir}'/moved`,
  );
  if (kind !== "dataset") return;
  await sh(`zfs list -H -o name -d 1 '${place.pool}' | grep '${id}' | while read -r d; do
    n=0; until zfs destroy -R "$d" 2>/dev/null; do n=$((n + 1)); [ $n -lt 100 ]; sleep 0.1; done; done; true`);
  await sh(`rmdir '${place.zfsDir}'/*'${id}'* 2>/dev/null || true`);
}
