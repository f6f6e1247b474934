//! Import from and publication to portals: mappings, reports, the removal guard
