/**
 * A runner of GitLab that does to the four programs of a custom executor what gitlab-runner does, written by reading its
 * source. Places are those of github.com/gitlabhq/gitlab-runner at d79f3e7b.
 */

import type { Executor, JobEnd, RunnerJob, RunnerPlace } from "./runner_job.ts";

/** The stages around the script of the user. common/build.go:74-87, in the order of common/build.go:905-966 and :1040-1053. */
const BEFORE = ["prepare_script", "get_sources", "restore_cache", "download_artifacts"];
const AFTER = ["after_script", "archive_cache", "upload_artifacts_on_success", "cleanup_file_variables"];

/** Attempts of prepare_exec. common/build.go:1342; their number is that of the documentation, custom.md:519. */
const ATTEMPTS = 3;

const BUILD_FAILURE = 1; // executors/custom/command/command.go:19
const SYSTEM_FAILURE = 2; // executors/custom/command/command.go:20

/** A failure that ends a job. */
class Failure extends Error {
  readonly status: JobEnd["status"];
  readonly code: number | undefined;

  constructor(status: JobEnd["status"], code?: number) {
    super(status);
    this.status = status;
    this.code = code;
  }
}

/** Runs a job through all stages and returns its end; `cleanup_exec` is called in any case. */
export async function runJob(job: RunnerJob, executor: Executor, place: RunnerPlace): Promise<JobEnd> {
  // executors/custom/custom.go:101: a directory of its own for each job.
  const dir = await Deno.makeTempDir({ prefix: "custom-executor" });
  const one = new Running(job, place, dir);
  let end: Omit<JobEnd, "log" | "cleanupLog"> = { status: "success" };
  try {
    await one.begin();
    await one.withRetries(executor);
    for (const stage of BEFORE) await one.stage(executor, stage, `echo stage ${stage}\n`);
    try {
      // executors/custom/custom.go:337: step_script is called build_script.
      await one.stage(executor, "build_script", job.script);
    } finally {
      // common/build.go:1040: after_script comes also after a failure, but not after the end of the job's time.
      if (!one.isOver) await one.stage(executor, AFTER[0]!, "echo stage after_script\n").catch(() => {});
    }
    for (const stage of AFTER.slice(1)) await one.stage(executor, stage, `echo stage ${stage}\n`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    end = { status: error.status, ...(error.code === undefined ? {} : { code: error.code }) };
  }
  const cleanupLog = await one.cleanup(executor);
  await Deno.remove(dir, { recursive: true });
  return { ...end, log: one.log, cleanupLog };
}

class Running {
  readonly #job: RunnerJob;
  readonly #place: RunnerPlace;
  readonly #dir: string;
  readonly #calls = new Map<string, number>();
  #jobEnv: Record<string, string> = {};
  #over: "canceled" | "timed out" | undefined;
  #child: Deno.ChildProcess | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  log = "";

  constructor(job: RunnerJob, place: RunnerPlace, dir: string) {
    this.#job = job;
    this.#place = place;
    this.#dir = dir;
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  async begin(): Promise<void> {
    const { id, image, services = [], project = 1, isProtected = true, timeoutMs } = this.#job;
    // executors/custom/custom.go:163-171: the answer of the server as JSON, for this user alone.
    const response = {
      id,
      token: `glcbt-${id}`,
      allow_git_fetch: true,
      job_info: { name: `job ${id}`, stage: "test", project_id: project, project_name: "p" },
      git_info: { repo_url: "https://gitlab.example/p.git", ref: "main", protected: isProtected },
      runner_info: { timeout: Math.ceil((timeoutMs ?? 3_600_000) / 1000) },
      variables: [],
      steps: [{ name: "script", script: [this.#job.script] }],
      image: { name: image ?? "" },
      services,
    };
    await Deno.writeTextFile(`${this.#dir}/response.json`, `${JSON.stringify(response)}\n`, { mode: 0o600 });
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#end("timed out"), timeoutMs);
  }

  /** Reads the configuration, and prepares, as often as the runner tries. */
  async withRetries(executor: Executor): Promise<void> {
    // common/build.go:1342-1366: config_exec and prepare_exec are both a part of what is tried again.
    for (let attempt = 1;; attempt++) {
      try {
        await this.#configure(executor);
        return await this.#call("prepare_exec", executor.prepare);
      } catch (error) {
        const isFinal = !(error instanceof Failure) || error.status !== "system failure";
        if (isFinal || attempt === ATTEMPTS || this.isOver) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.#place.retryMs ?? 3000));
      }
    }
  }

  async #configure(executor: Executor): Promise<void> {
    let stdout = "";
    await this.#call("config_exec", executor.config, (text) => stdout += text);
    // executors/custom/custom.go:209: nothing is fine, too.
    if (stdout === "") return;
    // executors/custom/custom.go:215-218: all of stdout is one JSON object.
    let config: Record<string, unknown>;
    try {
      config = JSON.parse(stdout);
    } catch {
      throw new Failure("system failure");
    }
    // executors/custom/custom.go:51-76, and the types of executors/custom/api/config.go.
    const types = {
      builds_dir: "string",
      cache_dir: "string",
      builds_dir_is_shared: "boolean",
      hostname: "string",
      driver: "object",
      job_env: "object",
      shell: "string",
    };
    for (const [key, type] of Object.entries(types)) {
      if (config[key] !== undefined && typeof config[key] !== type) throw new Failure("system failure");
    }
    this.#jobEnv = (config["job_env"] ?? {}) as Record<string, string>;
  }

  /** Runs a script of the job. */
  async stage(executor: Executor, stage: string, script: string): Promise<void> {
    // executors/custom/custom.go:319-333: a file of its own for each, which only this user can run.
    const dir = await Deno.makeTempDir({ dir: this.#dir, prefix: "script" });
    const file = `${dir}/script`;
    // shells/bash.go:416-448: the script of the user runs in a shell of its own whose input is closed.
    const text = `#!/usr/bin/env sh\n\ntrap 'exit 1' TERM\n\nset -o errexit\n(trap 'exit 1' TERM; eval ${
      quoted(script)
    }) < /dev/null\nexit 0\n`;
    await Deno.writeTextFile(file, text, { mode: 0o700 });
    // executors/custom/custom.go:343: the script and the stage follow the arguments of the configuration.
    await this.#call(stage, [...executor.run, file, stage]);
  }

  /** Calls cleanup_exec, whose end does not matter. */
  async cleanup(executor: Executor): Promise<string> {
    clearTimeout(this.#timer);
    this.#over = undefined;
    const log = this.log;
    // executors/custom/custom.go:386: a context of its own, which a cancelled job does not end.
    await this.#call("cleanup_exec", executor.cleanup).catch(() => {});
    const said = this.log.slice(log.length);
    this.log = log;
    return said;
  }

  #end(why: "canceled" | "timed out"): void {
    this.#over ??= why;
    const { pid } = this.#child ?? {};
    if (pid === undefined) return;
    // helpers/process/killer_unix.go:26 and :51: SIGTERM to the group of the process.
    try {
      Deno.kill(-pid, "SIGTERM");
    } catch {
      // It has just ended.
    }
  }

  async #call(stage: string, argv: readonly string[], onStdout?: (text: string) => void): Promise<void> {
    const [command, ...args] = argv as [string, ...string[]];
    const env = this.#env();
    const number = this.#calls.get(stage) ?? 0;
    this.#calls.set(stage, number + 1);
    await this.#job.before?.(stage, number, env);
    if (this.#over) throw new Failure(this.#over);
    const child = new Deno.Command(command, {
      args,
      // executors/custom/custom.go:248
      cwd: this.#dir,
      clearEnv: true,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // helpers/process/killer_unix.go:51: a group of its own.
      detached: true,
    }).spawn();
    this.#child = child;
    const read = async (stream: ReadableStream<Uint8Array>, take: (text: string) => void) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
    };
    const toLog = (text: string) => {
      this.log += text;
      const { cancelAt } = this.#job;
      if (cancelAt !== undefined && stage !== "cleanup_exec" && this.log.includes(cancelAt)) {
        this.#end("canceled");
      }
    };
    const [{ code }] = await Promise.all([
      child.status,
      read(child.stdout, onStdout ?? toLog),
      read(child.stderr, toLog),
    ]);
    this.#child = undefined;
    // executors/custom/command/command.go:93-95: a job that is over is no failure of the program.
    if (this.#over && stage !== "cleanup_exec") throw new Failure(this.#over);
    if (code === 0) return;
    throw await this.#failure(code);
  }

  /** executors/custom/command/command.go:102-118 */
  async #failure(code: number): Promise<Failure> {
    if (code === BUILD_FAILURE) {
      let text: string;
      try {
        text = await Deno.readTextFile(`${this.#dir}/build_exit_code`);
      } catch {
        // command.go:122-125: without the file, the code is that of a failure of the job.
        return new Failure("failed", BUILD_FAILURE);
      }
      // command.go:129-140: the first line, which has nothing but the number.
      const [line = ""] = text.split("\n");
      return /^[+-]?\d+$/.test(line) ? new Failure("failed", Number(line)) : new Failure("unknown failure");
    }
    return new Failure(code === SYSTEM_FAILURE ? "system failure" : "unknown failure", code);
  }

  #env(): Record<string, string> {
    const { id, image, services, variables = {}, project = 1 } = this.#job;
    const list = services?.map(({ name, alias = "", entrypoint = null, command = null, variables }) => (
      // executors/custom/custom.go:37-43
      { name, alias, entrypoint, command, ...(variables ? { variables } : {}) }
    ));
    const all: Record<string, string> = {
      CI_JOB_ID: `${id}`,
      CI_PROJECT_ID: `${project}`,
      CI_CONCURRENT_ID: "0",
      ...(image === undefined ? {} : { CI_JOB_IMAGE: image }), // common/build.go:1966
      ...variables,
      CI_JOB_SERVICES: list === undefined ? "" : JSON.stringify(list), // custom.go:277-315
    };
    return {
      ...this.#place.env, // command.go:64: all that the runner has itself
      TMPDIR: this.#dir, // command.go:57
      BUILD_FAILURE_EXIT_CODE: `${BUILD_FAILURE}`, // command.go:58
      SYSTEM_FAILURE_EXIT_CODE: `${SYSTEM_FAILURE}`, // command.go:59
      BUILD_EXIT_CODE_FILE: `${this.#dir}/build_exit_code`, // command.go:60
      JOB_RESPONSE_FILE: `${this.#dir}/response.json`, // command.go:61
      ...this.#jobEnv, // custom.go:259-261: before the variables, without a prefix
      // custom.go:266
      ...Object.fromEntries(Object.entries(all).map(([key, value]) => [`CUSTOM_ENV_${key}`, value])),
    };
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
