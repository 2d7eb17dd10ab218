package experiment

// FetchOptions are the choices of one fetch. The zero value is what Fetch uses.
type FetchOptions struct {
	// FlagKeys are the flags to evaluate and return. Default: all flags of the deployment.
	FlagKeys []string

	// TrackAssignment tells the service whether to track this fetch as an assignment. Default: the service decides,
	// which at the time of writing is yes.
	TrackAssignment Tracking

	// TrackExposure tells the service whether to track the variants as exposures. Default: the service decides, which at
	// the time of writing is no.
	TrackExposure Tracking

	// IncludeDefaults also returns default variants and those of flags that are not deployed, which say that a flag is
	// off for the user, and why. Default: false.
	IncludeDefaults bool
}

// Tracking is whether the service tracks something. The zero value leaves that to the service.
type Tracking int

const (
	TrackOn  Tracking = iota + 1 // track it
	TrackOff                     // do not track it
)
