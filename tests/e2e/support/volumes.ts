/** Instances whose filesystems are volumes of the daemon, for end-to-end tests. */
import { type Ground, inTurn } from "./daemon.ts";

/** A configuration with two volumes and a transient one, which needs nothing of the host. */
export const VOLUMES = `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  data: {pattern: "volume:default/(instance)-data", destroy: true, properties: {user.note: kept}}
  more: {pattern: "volume:default/(instance)-more", destroy: true}
  cache: {pattern: "volume:default/(instance)-cache", destroy: true, transient: true}
devices:
  data: {path: /srv/data, filesystem: data}
  more: {path: /srv/more, filesystem: more}
  cache: {path: /srv/cache, filesystem: cache}
`;

/** An instance of the test. */
export interface Subject {
  readonly name: string;
  /** Arguments that name the instance. */
  readonly is: readonly string[];
}

/** Returns the API path of a volume. */
export function volumeAt(name: string, below = ""): string {
  return `/1.0/storage-pools/default/volumes/custom/${name}${below}`;
}

/** Names of the test's volumes, sorted. */
export async function volumeNames(ground: Ground, query = ""): Promise<string[]> {
  const all: { name: string }[] = await ground.get(`${volumeAt("").slice(0, -1)}?recursion=1${query}`);
  return all.map(({ name }) => name).filter((name) => name.startsWith(ground.id) && !name.includes("/"))
    .sort();
}

/** Takes away an instance with its profile, and then every volume of the test. */
export async function clear(ground: Ground, names: readonly string[]): Promise<void> {
  for (const name of names) await ground.run(["delete", "--force", "--adopt", "-name", name, "a.yaml"]);
  for (const name of await volumeNames(ground)) await ground.run(["query", "-X", "DELETE", volumeAt(name)]);
}

/** Declares a test for the daemons in turn, about an instance with volumes, which need not have been launched. */
export function withVolumes(
  title: string,
  test: (ground: Ground, subject: Subject, t: Deno.TestContext) => Promise<void>,
  config: (ground: Ground) => string = () => VOLUMES,
): void {
  inTurn(title, [], async (ground, t) => {
    const name = ground.name();
    await ground.write("a.yaml", config(ground));
    try {
      await test(ground, { name, is: ["-name", name, "a.yaml"] }, t);
    } finally {
      await clear(ground, [name, `${name}-b`]);
    }
  });
}

/**
 * Fills the volumes of a running instance with what a copy can lose, as the container sees it. Times have no
 * fractions of a second, which daemons leave out of backups.
 */
export async function fill(ground: Ground, name: string): Promise<void> {
  await ground.inside(
    name,
    `for d in data more cache; do cd /srv/$d
      mkdir -p deep/er; echo $d >deep/file; ln -f deep/file deep/er/hard; ln -sf ../file deep/er/soft
      echo program >program; chown 1000:2000 deep/file program; chmod 4755 program
      chmod 700 deep; find . ! -type d -exec touch -h -d '2001-02-03 04:05:06' {} +; done`,
  );
}

/** Returns the contents of the volumes that are not transient, as the container sees them. */
export async function contents(ground: Ground, name: string): Promise<string> {
  return await ground.inside(
    name,
    `for d in data more; do cd /srv/$d
      find . | sort | while read -r f; do stat -c '%n %F %a %u:%g %h %s %Y' "$f"; done | sed '/directory/s/ [^ ]* [^ ]*$//'
      cat deep/file; readlink deep/er/soft; done`,
  );
}
