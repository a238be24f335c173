/** Configurations of end-to-end tests. */
import { type Ground, places } from "./daemon.ts";

const examples = new URL("../../../examples/", import.meta.url);

/** Copies an example into a test's work directory. */
export async function copyExample(ground: Ground, name: string): Promise<void> {
  for await (const entry of Deno.readDir(new URL(`${name}/`, examples))) {
    await Deno.copyFile(new URL(`${name}/${entry.name}`, examples), `${ground.dir}/${entry.name}`);
  }
}

/** Returns the options that give the example `web` the test's own pool, directory and image. */
export function webOptions(image = "tiny"): string[] {
  return ["-P", `image=${image}`, "-P", `pool=${places.pool}`, "-P", `files=${places.directory}`];
}

/** Returns a configuration with one plain directory, whose device is `/data`. */
export function plainConfig(image = "tiny", more = ""): string {
  return `#lxops-v1
ostype: alpine
image: ${image}
filesystems:
  data:
    pattern: ${places.directory}/(instance)
    destroy: true
devices:
  data:
    path: /data
    filesystem: data
${more}`;
}
