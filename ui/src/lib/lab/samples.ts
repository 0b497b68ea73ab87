import type { LabMember, LabMemberPlan, LabPlan, LabStatus } from "$lib/backend/bindings";

import { plain } from "./plan";

/** For tests: a lab of so many members that runs. */
export function labOfMembers(count: number, over: Partial<LabStatus> = {}): LabStatus {
  return {
    state: "running",
    setName: "lab",
    plan: planOfMembers(
      Array.from({ length: count }, () => ({})),
      { links: true, faults: true },
    ),
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

/** For tests: a plan of such members, as usual otherwise. */
export function planOfMembers(members: Partial<LabMemberPlan>[], over: Partial<LabPlan> = {}): LabPlan {
  return {
    name: "lab",
    members: members.map((member) => ({ ...plain, ...member })),
    initiated: true,
    authentication: false,
    tls: false,
    links: false,
    faults: false,
    electionTimeoutMs: 5000,
    heartbeatIntervalMs: 500,
    heartbeatTimeoutSeconds: null,
    chaining: true,
    temporary: false,
    ...over,
  };
}

export function labMember(id: number, over: Partial<LabMember> = {}): LabMember {
  const host = `127.0.0.1:${27517 + id}`;
  return {
    id,
    host,
    address: host,
    running: true,
    frozen: false,
    heldBack: false,
    pid: id,
    inSet: true,
    electable: true,
    ...over,
  };
}
