/**
 * A garm that calls an external provider as garm does, and checks its answers as garm does, written by reading its source.
 * Places are those of github.com/cloudbase/garm at afda4e76, and of garm-provider-common at 4f5d9bf8 where "common" is said.
 */
import { assert, assertEquals } from "@std/assert";

/** An instance as a provider answers it. common params/params.go:215-257 */
export interface ProviderInstance {
  readonly provider_id: string;
  readonly name: string;
  readonly os_type?: string;
  readonly os_name?: string;
  readonly os_version?: string;
  readonly os_arch?: string;
  readonly addresses?: readonly { readonly address: string; readonly type: string }[];
  readonly status: string;
}

/** The settings of garm about a provider. */
export interface Provider {
  readonly argv: readonly string[];
  /** `environment_variables`: variables of its own environment that garm passes on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly configFile: string;
  readonly controller: string;
  readonly version: "" | "v0.1.0" | "v0.1.1";
}

/** The end of a call. */
export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls a provider with nothing but these variables. common util/exec/exec.go:27-40 */
export async function call(
  { argv, environment, configFile, controller, version }: Provider,
  command: string,
  more: Readonly<Record<string, string>> = {},
  stdin = "",
): Promise<Called> {
  const [program, ...args] = argv as [string, ...string[]];
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: {
      GARM_COMMAND: command, // runner/providers/v0.1.1/external.go:101
      GARM_CONTROLLER_ID: controller, // :102
      GARM_PROVIDER_CONFIG_FILE: configFile, // :104
      GARM_INTERFACE_VERSION: version, // :57
      ...more,
      ...environment,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** garm as a caller of one provider. */
export class Garm {
  readonly #provider: Provider;

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  async create(
    bootstrap: { readonly pool_id: string } & Readonly<Record<string, unknown>>,
  ): Promise<ProviderInstance> {
    // runner/providers/v0.1.1/external.go:96-105: extra specs are base64, and the instance is JSON on standard input.
    const specs = btoa(JSON.stringify(bootstrap["extra_specs"] ?? {}));
    const { stdout } = await this.#ok("CreateInstance", {
      GARM_POOL_ID: bootstrap.pool_id,
      ...this.#later({ GARM_POOL_EXTRASPECS: specs }),
    }, JSON.stringify(bootstrap));
    // external.go:129-137: stdout is one JSON object, which is checked.
    return validated(JSON.parse(stdout));
  }

  async get(instance: string, pool: string): Promise<ProviderInstance> {
    const { stdout } = await this.#ok("GetInstance", {
      GARM_INSTANCE_ID: instance,
      ...this.#later({ GARM_POOL_ID: pool }),
    });
    // external.go:225-233
    return validated(JSON.parse(stdout));
  }

  async list(pool: string): Promise<readonly ProviderInstance[]> {
    const { stdout } = await this.#ok("ListInstances", { GARM_POOL_ID: pool });
    const all: unknown = JSON.parse(stdout);
    // runner/providers/v0.1.0/external.go:244-259: an array, each of which is checked; null would be taken for none.
    assert(Array.isArray(all), stdout);
    return all.map(validated);
  }

  async delete(instance: string, pool: string): Promise<void> {
    const { code, stderr } = await call(this.#provider, "DeleteInstance", {
      GARM_INSTANCE_ID: instance,
      ...this.#later({ GARM_POOL_ID: pool }),
    });
    // external.go:174-183: a missing instance counts as deleted.
    assert(code === 0 || code === 30, stderr);
  }

  async start(instance: string, pool: string): Promise<void> {
    await this.#ok("StartInstance", { GARM_INSTANCE_ID: instance, ...this.#later({ GARM_POOL_ID: pool }) });
  }

  async stop(instance: string, pool: string): Promise<void> {
    await this.#ok("StopInstance", { GARM_INSTANCE_ID: instance, ...this.#later({ GARM_POOL_ID: pool }) });
  }

  async removeAll(): Promise<void> {
    await this.#ok("RemoveAllInstances", {});
  }

  /** Calls a command that only answers. */
  async ask(command: string, stdin = ""): Promise<string> {
    return (await this.#ok(command, {}, stdin)).stdout;
  }

  /** Returns variables that only v0.1.1 has. */
  #later(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return this.#provider.version === "v0.1.1" ? env : {};
  }

  async #ok(command: string, env: Readonly<Record<string, string>>, stdin = ""): Promise<Called> {
    const called = await call(this.#provider, command, env, stdin);
    // common util/exec/exec.go:35: any other code is an error, with what was written.
    assertEquals(called.code, 0, `${command}\n${called.stderr}\n${called.stdout}`);
    return called;
  }
}

/** The states that garm takes. runner/providers/util/util.go:26-36 */
const STATES = ["running", "error", "stopped", "unknown"];

/** The types of common params/params.go:24-33 and :49-51. */
const SYSTEMS = ["linux", "windows", "unknown", undefined];
const ARCHITECTURES = ["amd64", "i386", "arm64", "arm", undefined];

/** Checks an answer. runner/providers/common/common.go:23-37 */
function validated(one: ProviderInstance): ProviderInstance {
  assert(one.provider_id, "missing provider ID");
  assert(one.name, "missing instance name");
  assert(STATES.includes(one.status), `invalid status returned (${one.status})`);
  assert(SYSTEMS.includes(one.os_type) && ARCHITECTURES.includes(one.os_arch), JSON.stringify(one));
  for (const { address, type } of one.addresses ?? []) {
    assert(address !== "" && ["public", "private"].includes(type));
  }
  // params.go:256: a Go []byte, which is base64 in JSON.
  const { provider_fault: fault = "" } = one as { readonly provider_fault?: string };
  atob(fault);
  return one;
}
