package remote

// FetchOptions configure one fetch. The zero value is what Fetch uses.
type FetchOptions struct {
	// FlagKeys are the flags to evaluate and return. They are sent in a header
	// of at most 8,000 bytes, which is some 300 keys of 15 characters; more are
	// an error. Default: all flags of the deployment.
	FlagKeys []string

	// TrackAssignment tells the service whether to track this fetch as an
	// assignment. Default: the service decides, which currently means yes.
	TrackAssignment Tracking

	// TrackExposure tells the service whether to track the variants as
	// exposures. Default: the service decides, which currently means no.
	TrackExposure Tracking

	// IncludeDefaults also returns default variants and variants of flags that
	// are not deployed, which say that a flag is off for the user, and why; see
	// [experiment.Variant.IsDefault]. Default: false.
	IncludeDefaults bool
}

// Tracking turns the service's tracking on or off. The zero value leaves the
// decision to the service.
type Tracking int

const (
	TrackOn  Tracking = iota + 1 // the service tracks it
	TrackOff                     // the service does not track it
)
