//go:build cgo && (experiment_core_source || !(((linux && !android) || (darwin && !ios)) && (amd64 || arm64)))

#include "../../lib/core/experiment_core.c"
