/** The `Governance` of this process. */
export const GOVERNANCE = Symbol('governance');
