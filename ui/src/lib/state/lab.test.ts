import { describe, expect, it, vi } from "vitest";

import type { LabStatus, LabStep } from "$lib/backend";

import { failure, fakeBackend, later } from "./fake-backend";
import { Lab } from "./lab.svelte";

const status: LabStatus = {
  state: "running",
  setName: "lab",
  uri: "mongodb://127.0.0.1:1/?replicaSet=lab",
  mongod: null,
  dataDir: "/data",
  plan: {},
  attached: false,
  members: [],
  links: [],
  linksByCaller: true,
  steps: [],
};

const step = (index: number, elapsedMs: number | null): LabStep => ({
  index,
  kind: "startMember",
  command: `mongod --port ${index}`,
  elapsedMs,
});

describe("the lab", () => {
  it("shows each step once, in order, with the time it took", async () => {
    let tell: (step: LabStep) => void = () => undefined;
    const started = later<LabStatus>();
    const lab = new Lab(
      fakeBackend({
        labStart: (_request, listener) => {
          tell = listener;
          return started.promise;
        },
      }),
    );
    const start = lab.start();
    expect(lab.starting).toBe(true);
    tell(step(1, null));
    tell(step(0, 12));
    tell(step(1, 34));
    expect(lab.steps).toEqual([step(0, 12), step(1, 34)]);
    started.resolve(status);
    expect(await start).toBe(status);
    expect(lab.starting).toBe(false);
  });

  it("says why it did not start, and can be started again", async () => {
    const labStart = vi.fn<() => Promise<LabStatus>>().mockRejectedValueOnce(failure("no mongod"));
    labStart.mockResolvedValueOnce(status);
    const lab = new Lab(fakeBackend({ labStart }));
    expect(await lab.start()).toBeNull();
    expect(lab.error?.message).toBe("no mongod");
    expect(await lab.start()).toBe(status);
    expect(lab.error).toBeNull();
  });

  it("stops a member once, however often it is asked", async () => {
    const stopped = later<LabStatus>();
    const labStopMember = vi.fn(() => stopped.promise);
    const lab = new Lab(fakeBackend({ labStopMember }));
    const first = lab.stopMember(2);
    void lab.stopMember(2);
    expect(lab.pending(2)).toBe("stopping");
    expect(lab.pending(1)).toBeNull();
    stopped.resolve(status);
    await first;
    expect(labStopMember).toHaveBeenCalledOnce();
    expect(lab.pending(2)).toBeNull();
  });

  it("says why a member could not be stopped", async () => {
    const lab = new Lab(fakeBackend({ labStopMember: () => Promise.reject(failure("not from here")) }));
    await lab.stopMember(0);
    expect(lab.memberError?.message).toBe("not from here");
    expect(lab.pending(0)).toBeNull();
  });
});
