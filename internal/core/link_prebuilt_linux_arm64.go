//go:build cgo && !experiment_core_source && !android

package core

// #cgo LDFLAGS: ${SRCDIR}/../../lib/linux_arm64/libexperiment_core.a
import "C"

import _ "github.com/amplitude/experiment-go-server/lib/linux_arm64" // keeps the archive when a module is vendored
