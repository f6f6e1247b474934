//! HTTP: public sites, the API, the office
