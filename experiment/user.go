package experiment

// User is who flags are evaluated for. Every field is optional, though the service wants a UserID or a DeviceID, and most
// flags bucket by one of them. What is empty is not sent.
//
// The clients never write to a User, so goroutines may share one as long as nobody changes it, or the maps in it, while a
// call is under way. The JSON names are those of the service's API.
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
	Library            string `json:"library,omitempty"` // sent as "experiment-go-server/" + Version if empty
	IPAddress          string `json:"ip_address,omitempty"`

	// UserProperties may hold whatever encoding/json can encode.
	UserProperties map[string]any `json:"user_properties,omitempty"`

	// Groups are the names of the groups that the user is in, by group type; of several names the first counts.
	Groups map[string][]string `json:"groups,omitempty"`

	// GroupProperties are by group type, group name and property.
	GroupProperties map[string]map[string]map[string]any `json:"group_properties,omitempty"`

	// CohortIDs are the cohorts that the user is in.
	CohortIDs []string `json:"cohort_ids,omitempty"`

	// GroupCohortIDs are the cohorts that the user's groups are in, by group type and group name.
	GroupCohortIDs map[string]map[string][]string `json:"group_cohort_ids,omitempty"`
}
