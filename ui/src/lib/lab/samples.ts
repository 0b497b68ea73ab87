import type { LabMember, LabStatus } from "$lib/backend/bindings";

/** For tests: a lab of so many members that runs. */
export function labOfMembers(count: number, over: Partial<LabStatus> = {}): LabStatus {
  return {
    state: "running",
    setName: "lab",
    plan: { members: Array.from({ length: count }, () => ({})), links: true, faults: true },
    uri: null,
    mongod: null,
    dataDir: "",
    attached: false,
    members: Array.from({ length: count }, (_, id) => labMember(id)),
    links: [],
    linksByCaller: true,
    steps: [],
    ...over,
  };
}

export function labMember(id: number, over: Partial<LabMember> = {}): LabMember {
  const host = `127.0.0.1:${27517 + id}`;
  return { id, host, address: host, running: true, frozen: false, heldBack: false, pid: id, ...over };
}
