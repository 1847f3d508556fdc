/** Takes the bytes of evidence in: `EvidenceUploads`. */
export const EVIDENCE_UPLOADS = Symbol('evidence-uploads');
/** Where the bytes of evidence lie: `EvidenceFiles`. */
export const EVIDENCE_FILES = Symbol('evidence-files');
