package experiment

// User is the user that flags are evaluated for. Every field is optional, but
// the service asks for a UserID or a DeviceID, and most flags bucket by one of
// them. Empty fields are not sent.
//
// The clients never write to a User. Goroutines may share one as long as nobody
// changes it, or a map in it, during a call. The JSON names are the names in
// the service's API.
type User struct {
	UserID   string `json:"user_id,omitempty"`
	DeviceID string `json:"device_id,omitempty"`

	Country            string `json:"country,omitempty"`
	Region             string `json:"region,omitempty"`
	DMA                string `json:"dma,omitempty"` // designated market area, a US media region
	City               string `json:"city,omitempty"`
	Language           string `json:"language,omitempty"`
	Platform           string `json:"platform,omitempty"`
	Version            string `json:"version,omitempty"` // of the user's app, for the version operators
	OS                 string `json:"os,omitempty"`
	DeviceManufacturer string `json:"device_manufacturer,omitempty"`
	DeviceBrand        string `json:"device_brand,omitempty"`
	DeviceModel        string `json:"device_model,omitempty"`
	Carrier            string `json:"carrier,omitempty"`
	Library            string `json:"library,omitempty"` // "experiment-go-server/" + Version is sent if empty
	IPAddress          string `json:"ip_address,omitempty"`

	// UserProperties are the user's properties. A value may be of any type that
	// encoding/json can encode.
	UserProperties map[string]any `json:"user_properties,omitempty"`

	// Groups are the names of the user's groups by group type. Local evaluation
	// uses the first name of each type.
	Groups map[string][]string `json:"groups,omitempty"`

	// GroupProperties are the properties of groups by group type, group name
	// and property name.
	GroupProperties map[string]map[string]map[string]any `json:"group_properties,omitempty"`

	// CohortIDs are the IDs of the cohorts that the user belongs to.
	CohortIDs []string `json:"cohort_ids,omitempty"`

	// GroupCohortIDs are the IDs of the cohorts that the user's groups belong
	// to, by group type and group name.
	GroupCohortIDs map[string]map[string][]string `json:"group_cohort_ids,omitempty"`
}
