package usercontext

import "github.com/amplitude/experiment-go-server/experiment"

// field is a string field of a user. It is a number rather than a function or
// an offset, so that reading the field takes one jump.
type field uint8

const (
	userID field = iota
	deviceID
	country
	region
	dma
	city
	language
	platform
	version
	os
	deviceManufacturer
	deviceBrand
	deviceModel
	carrier
	library
	ipAddress
)

// fieldsByName are the string fields by their JSON names.
var fieldsByName = map[string]field{
	"user_id":             userID,
	"device_id":           deviceID,
	"country":             country,
	"region":              region,
	"dma":                 dma,
	"city":                city,
	"language":            language,
	"platform":            platform,
	"version":             version,
	"os":                  os,
	"device_manufacturer": deviceManufacturer,
	"device_brand":        deviceBrand,
	"device_model":        deviceModel,
	"carrier":             carrier,
	"library":             library,
	"ip_address":          ipAddress,
}

// of returns the user's value of the field.
func (f field) of(user *experiment.User) string {
	switch f {
	case userID:
		return user.UserID
	case deviceID:
		return user.DeviceID
	case country:
		return user.Country
	case region:
		return user.Region
	case dma:
		return user.DMA
	case city:
		return user.City
	case language:
		return user.Language
	case platform:
		return user.Platform
	case version:
		return user.Version
	case os:
		return user.OS
	case deviceManufacturer:
		return user.DeviceManufacturer
	case deviceBrand:
		return user.DeviceBrand
	case deviceModel:
		return user.DeviceModel
	case carrier:
		return user.Carrier
	case library:
		return user.Library
	case ipAddress:
		return user.IPAddress
	}
	return ""
}
