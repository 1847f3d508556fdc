export const SECOND_FACTORS = Symbol('second-factors');
export const SESSION_KEEPING = Symbol('session-keeping');
export const SIGN_IN = Symbol('sign-in');
