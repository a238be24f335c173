/**
 * A daemon in memory with a pool, whose instances start and stop at once.
 *
 * @module
 */
import { ServerError } from "../../lib/base/errors.ts";
import { decide } from "../../lib/plan/pool/decide.ts";
import { leasesOf, membersOf } from "../../lib/plan/pool/members.ts";
import { specText } from "../../lib/plan/pool/spec.ts";
import type { InstanceControl, InstanceServer, Request } from "../../lib/ports/mod.ts";
import { type PoolPorts, readInstances } from "../../lib/run/pool/ports.ts";
import { forget, retire } from "../../lib/run/pool/remove.ts";
import { DEFINITION, member, SPEC } from "./pool_commands.ts";

type Config = Record<string, string>;

/** A daemon in memory, whose instances start and stop at once. */
export class Daemon {
  readonly profiles = new Map<string, { config: Config }>([[DEFINITION.name, {
    config: { ...DEFINITION.config },
  }]]);
  readonly instances = new Map<string, { name: string; status: string; config: Config }>();
  now = 1_000_000;
  /** The number of requests that are carried out; the one after them is the last, and its answer is lost. */
  left = Infinity;
  /** Snapshots of all instances. */
  snapshots: { name: string; created_at: string }[] = [];
  /** Carried out before a request is answered. */
  before: (method: string, path: string) => Promise<void> = () => Promise.resolve();

  constructor(names: readonly string[]) {
    for (const name of names) this.instances.set(name, member(name, "ready", "Running"));
  }

  get ports(): PoolPorts {
    const server = {
      address: "/memory",
      get: async (path: string) => await this.#read(path),
      instance: async ({ name }: { name: string }) => {
        await pause();
        return structuredClone(this.instances.get(name));
      },
      server: () => Promise.resolve({ extensions: new Set<string>() }),
    } as unknown as InstanceServer;
    const control = {
      send: async (request: Request) => await this.#send(request),
      exec: () => Promise.resolve(0),
    } as unknown as InstanceControl;
    const signal = new AbortController().signal;
    return { server, control, signal, now: () => this.now, random: () => crypto.randomUUID() };
  }

  async #read(path: string): Promise<unknown> {
    await pause();
    const { pathname, searchParams } = new URL(path, "http://memory");
    const [, , kind, name = ""] = pathname.split("/");
    if (kind === "profiles" && name === "") {
      return [...this.profiles.keys()].map((one) => `${pathname}/${one}`);
    }
    if (kind === "profiles") return this.profiles.get(name);
    if (pathname.endsWith("/snapshots")) return this.snapshots;
    if (searchParams.has("filter")) {
      return [...this.instances.values()].map((one) => ({ ...one, config: { ...one.config } }));
    }
    return [...this.instances.keys()].map((one) => `${pathname}/${one}?project=default`);
  }

  async #send({ method, path, body }: Request): Promise<void> {
    await pause();
    if (this.left < 0) throw new ServerError("killed");
    this.left--;
    await this.before(method, path);
    this.#change(method, path, (body ?? {}) as Record<string, unknown>);
    if (this.left < 0) throw new ServerError("killed");
    await pause();
  }

  #change(method: string, path: string, body: Record<string, unknown>): void {
    const [, , kind, name = "", below] = path.split("/");
    const all: Map<string, { config: Config; status?: string }> = kind === "profiles"
      ? this.profiles
      : this.instances;
    if (method === "POST") {
      const made = String(body["name"]);
      if (all.has(made)) throw new ServerError("The profile already exists", { status: 500 });
      const config = body["config"] as Config;
      if (kind === "profiles") this.profiles.set(made, { config });
      else this.instances.set(made, { name: made, status: "Running", config });
      return;
    }
    const found = all.get(name);
    if (!found) throw new ServerError("not found", { status: 404 });
    if (method === "PUT" && "restore" in body) {
      Object.assign(found.config, { "user.lxops.pool.state": "warming", "user.lxops.pool.uuid": "" });
    } else if (below === "state" && this.isReset) {
      found.status = body["action"] === "stop" ? "Stopped" : "Running";
    } else if (method === "DELETE" || below === "state" && body["action"] === "stop") all.delete(name);
    else if (method === "PUT" && kind === "profiles") found.config = body["config"] as Config;
    else if (method === "PATCH") Object.assign(found.config, body["config"]);
  }

  /** Does what tending would do, and returns the names of instances that are ready afterwards. */
  async tend(): Promise<readonly string[]> {
    this.left = Infinity;
    const ref = { project: "default", pool: "p" };
    for (let rounds = 0; rounds < 5; rounds++) {
      const profiles = [...this.profiles].map(([name, { config }]) => ({ name, config }));
      const leases = leasesOf("p", profiles);
      const members = membersOf("p", await readInstances(ref, this.ports), leases);
      const spec = { ...SPEC, size: 9, max: 9 };
      const { retire: going, forget: gone } = decide({
        spec,
        members,
        leases,
        now: this.now,
        generation: "1",
      });
      for (const { member: { name, uuid }, why } of going) {
        const instance = { project: "default", name };
        await retire({ ...ref, instance, uuid, why, lenient: true }, this.ports);
      }
      for (const name of gone) await forget({ instance: { project: "default", name } }, this.ports);
    }
    return [...this.instances.keys()];
  }

  /** Sets released instances back: they are not ephemeral. */
  get isReset(): boolean {
    return this.snapshots.length > 0;
  }

  /** Lets released instances be set back. */
  reset(): this {
    this.snapshots = [{ name: "lxops-pool-ready", created_at: "2026-01-01T00:00:00Z" }];
    const spec = specText({ ...SPEC, reset: "snapshot" });
    this.profiles.set(DEFINITION.name, { config: { "user.lxops.pool.spec": spec } });
    return this;
  }

  get leases(): readonly string[] {
    return [...this.profiles.keys()].filter((name) => name.startsWith("lxops-lease-"));
  }
}

async function pause(): Promise<void> {
  for (let turns = Math.floor(Math.random() * 4); turns > 0; turns--) await Promise.resolve();
}

/** Wants an instance of that pool. */
export const WANT = { project: "default", pool: "p", owner: "me" } as const;
