/**
 * What ONVIF devices of the field and the specifications say: `topic | operation | source | data | meaning`. A topic stands
 * as a device writes it, items as `Name=value` joined by `;`, and `-` is nothing. Meanings: `event <kind>`, `state <kind>
 * <on|off>`, `dropped <reason>`, `unknown`; several are joined by ` + `.
 */
export const saidTopics = `
tns1:VideoSource/MotionAlarm | Changed | Source=000 | State=true | event motion.started
tns1:VideoSource/MotionAlarm | Changed | Source=vsconf | State=000 | event motion.ended
tns1:VideoSource/MotionAlarm | Initialized | Source=1 | State=1 | state motion.started on
tns1:VideoSource/MotionAlarm | Deleted | Source=1 | - | event motion.ended
tns1:VideoSource/MotionAlarm. | Changed | Source=1 | State=ON | event motion.started
tns1:VideoSource/tns1:MotionAlarm/ | Changed | VideoSource=1 | State=OFF | event motion.ended
tns1:VideoSource/MotionAlarm | Changed | Source=1 | State=perhaps | unknown
tns1:RuleEngine/CellMotionDetector/Motion | Changed | VideoSourceConfigurationToken=v;VideoAnalyticsConfigurationToken=a;Rule=r | IsMotion=1 | event motion.started
tns1:RuleEngine/MotionRegionDetector/Motion | Changed | VideoSource=v;RuleName=r | State=1 | event motion.started
tns1:RuleEngine/tnsajax:MotionDetector/Detection | Changed | Source=v | State=true | event motion.started
tns1:VideoAnalytics/tnsaxis:MotionDetection | Changed | window=1 | motion=1;State=1 | event motion.started
tns1:VideoAnalytics/tnssamsung:MotionDetection | Changed | VideoSourceToken=v | Motion=1 | event motion.started
tns1:VideoAnalytics/MotionAlarm | Changed | VideoSource=v | State=true | event motion.started
tns1:RuleEngine/tnsaxis:VideoMotionDetection | Changed | areaid=0 | active=1 | event motion.started
tns1:RuleEngine/tnsaxis:VMD3/vmd3_video_1 | Changed | areaid=0 | active=1 | event motion.started
tnsaxis:CameraApplicationPlatform/VMD/Camera1Profile1 | Changed | - | active=1 | event motion.started
tnsaxis:CameraApplicationPlatform/VMD/Camera1ProfileANY | Changed | - | active=0 | event motion.ended
tnsaxis:CameraApplicationPlatform/MotionGuard/Camera1Profile1 | Changed | - | active=1 | event motion.started
tnsaxis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1 | Changed | - | active=1 | event motion.started
tns1:Device/tnsaxis:Sensor/PIR | Changed | sensor=0 | state=1 | event motion.started
tns1:RuleEngine/TamperDetector/Tamper | Changed | VideoSourceConfigurationToken=v;Rule=r | IsTamper=true | event tamper.camera
tns1:VideoSource/GlobalSceneChange/AnalyticsService | Changed | VideoSource=v;RuleName=r | State=true | event tamper.camera
tns1:VideoSource/GlobalSceneChange/ImagingService | Changed | Source=v | State=false | event tamper.camera_ended
tns1:VideoSource/GlobalSceneChange/RecordingService | Changed | Source=v | State=1 | event tamper.camera
tns1:VideoSource/GlobalSceneChange | Changed | Source=v | State=1 | event tamper.camera
tns1:VideoAnalytics/tnssamsung:TamperingDetection | Changed | VideoSource=v | State=0 | event tamper.camera_ended
tns1:VideoSource/ImageTooBlurry | Changed | Source=v | State=yes | event camera.blurred
tns1:VideoSource/ImageTooDark | Changed | Source=v | State=no | event camera.black_ended
tns1:VideoSource/ImageTooBright | Initialized | Source=v | State=1 | state camera.overexposed on
tns1:VideoSource/tnsaxis:Tampering | Changed | channel=1 | tampering=1 | event tamper.camera
tns1:VideoSource/tnssamsung:TamperingDetection | Changed | VideoSource=v | State=1 | event tamper.camera
tnssamsung:TamperingDetection | Changed | VideoSource=v | State=1 | event tamper.camera
tns1:VideoAnalytics/tnshik:MaskAlarm | Changed | Source=v | State=1 | event tamper.camera
tns1:VideoSource/SignalLoss | Changed | VideoSource=v | State=true | event camera.signal_lost
tns1:UserAlarm/VideoLost | Changed | VideoSource=v | State=false | event camera.signal_lost_ended
tns1:VideoSource/ImageTooBlurry/AnalyticsService | Changed | VideoSource=v | State=true | event camera.blurred
tns1:VideoSource/ImageTooDark/ImagingService | Changed | Source=v | State=1 | event camera.black
tns1:VideoSource/ImageTooDark/AnalyticsService | Changed | VideoSource=v;RuleName=r | State=true | event camera.black
tns1:VideoSource/ImageTooBright/RecordingService | Changed | Source=v | State=0 | event camera.overexposed_ended
tns1:VideoSource/ImageTooBright/AnalyticsService | Changed | VideoSource=v;RuleName=r | State=true | event camera.overexposed
tns1:VideoSource/RadiometryAlarm | Changed | VideoSource=v | State=true | event fire.suspected
tns1:RuleEngine/Radiometry/TemperatureAlarm | Changed | VideoSource=v;RuleName=r | State=true | event fire.suspected
tnssamsung:IVA/Fire | Changed | VideoSource=v | State=true | event fire.suspected
tnssamsung:IVA/Smoke | Changed | VideoSource=v | State=1 | event fire.suspected
tns1:VideoSource/Alarm | - | VideoSource=v | State=Ring | event call.ringing
tns1:VideoSource/Alarm | - | VideoSource=v | Value=CameraBellButton | event call.ringing
tns1:VideoSource/Alarm | - | VideoSource=v | State=Whistle | unknown
tns1:RuleEngine/MyRuleDetector/Visitor | Changed | Source=v | State=true | event call.ringing
tns1:RuleEngine/MyRuleDetector/Visitor | Changed | Source=v | State=false | state call.ringing off
tns1:Device/tns1:Trigger/CallRequest | Changed | Index=1 | State=1 | event call.ringing
tns1:RuleEngine/FieldDetector/ObjectsInside | Changed | VideoSourceConfigurationToken=v;Rule=r | IsInside=true | event behaviour.intrusion
tns1:RuleEngine/LineDetector/Crossed/FieldDetector/ObjectsInside | Changed | VideoSourceConfigurationToken=v | IsInside=true | event behaviour.intrusion
tns1:IVA/EnteringField/后门 规则:1/左 | Changed | VideoSource=v | State=true | event behaviour.intrusion
tns1:RuleEngine/LineDetector/Crossed | - | VideoSourceConfigurationToken=v;Rule=r | ObjectId=7 | event behaviour.line_cross
tns1:RuleEngine/LineDetector/Crossed | Initialized | VideoSourceConfigurationToken=v;Rule=r | ObjectId=7 | dropped present-state
tns1:RuleEngine/tnsajax:LineDetector/Crossing | - | VideoSource=v | - | event behaviour.line_cross
tnsaxis:CameraApplicationPlatform/FenceGuard/Camera1Profile1 | Changed | - | active=1 | event behaviour.line_cross
tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering | Changed | VideoSourceConfigurationToken=v | ObjectId=7;Since=2026-01-01T00:00:00Z | event behaviour.loitering
tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering | Deleted | VideoSourceConfigurationToken=v | - | state behaviour.loitering off
tnsaxis:CameraApplicationPlatform/LoiteringGuard/Camera1ProfileANY | Changed | - | active=1 | event behaviour.loitering
tns1:RuleEngine/ObjectAbandoned | - | VideoSource=v;AnalyticsConfiguration=a;Rule=r | ObjectId=7;ClassTypes=Bag | event behaviour.object_left
tns1:RuleEngine/ObjectRemoved | - | VideoSource=v;Rule=r | ObjectId=7 | event behaviour.object_removed
tns1:VideoAnalytics/nn:ObjectTracker/SceneTooCrowded | - | VideoSourceConfiguration=v;AnalyticsModule=m | - | event behaviour.crowding
tns1:RuleEngine/ObjectDetection/Object | - | VideoSource=v;Rule=r | ClassTypes=Human | event object.person + state object.vehicle off + state object.animal off + state object.package off
tns1:RuleEngine/ObjectDetection/Object | - | VideoSource=v | ClassTypes=Vehicle Animal | event object.vehicle + event object.animal + state object.person off + state object.package off
tns1:RuleEngine/ObjectDetection/Object | - | VideoSource=v | ClassTypes= | state object.person off + state object.vehicle off + state object.animal off + state object.package off
tns1:UserAlarm/IVA/HumanShapeDetect | Changed | VideoSourceConfigurationToken=v | State=true | event object.person
tns1:RuleEngine/MyRuleDetector/PeopleDetect | Changed | Source=0 | State=true | event object.person
tns1:RuleEngine/MyRuleDetector/VehicleDetect | Changed | Source=0 | State=true | event object.vehicle
tns1:RuleEngine/MyRuleDetector/DogCatDetect | Changed | Source=0 | State=false | state object.animal off
tns1:RuleEngine/MyRuleDetector/Package | Changed | Source=0 | State=true | event object.package
tns1:RuleEngine/VehicleDetector/tnshik:Vehicle | - | VideoSource=v | PlateNumber=CANARY | event object.vehicle + dropped personal-field
tns1:RuleEngine/CellMotionDetector/Intrusion | Changed | VideoSourceConfigurationToken=v | IsIntrusion=true | event behaviour.intrusion
tns1:RuleEngine/CellMotionDetector/LineCross | Changed | VideoSourceConfigurationToken=v | IsLineCross=true | event behaviour.line_cross
tns1:RuleEngine/CellMotionDetector/People | Changed | VideoSourceConfigurationToken=v | IsPeople=true | event object.person
tns1:RuleEngine/CellMotionDetector/Tamper | Changed | VideoSourceConfigurationToken=v | IsTamper=true | event tamper.camera
tns1:RuleEngine/CellMotionDetector/TpSmartEvent | Changed | VideoSourceConfigurationToken=v | IsVehicle=true | event object.vehicle
tns1:RuleEngine/PeopleDetector/People | Changed | VideoSourceConfigurationToken=v | IsPeople=false | state object.person off
tns1:RuleEngine/TPSmartEventDetector/TPSmartEvent | Changed | VideoSourceConfigurationToken=v | IsPet=true;IsPeople=false | event object.animal + state object.person off
tns1:RuleEngine/TPSmartEventDetector/TPSmartEvent | Changed | VideoSourceConfigurationToken=v | IsSmoke=true | unknown
tns1:AudioAnalytics/Audio/DetectedSound | Changed | AudioSourceConfigurationToken=a | IsSoundDetected=true | event sound.detected
tns1:AudioAnalytics/tnssamsung:SoundDetection | Changed | AudioSource=a | State=1 | event sound.detected
tns1:AudioSource/tnsaxis:TriggerLevel | Changed | channel=1 | triggered=1 | event sound.detected
tns1:AudioSource/tnssamsung:AudioDetection | Changed | AudioSource=a | State=0 | state sound.detected off
tnsaxis:AudioClassification | Changed | AudioSource=a | active=1 | event sound.detected
tns1:RuleEngine/MyRuleDetector/BabyCryingDetect | Changed | Source=0 | State=true | event sound.detected
tns1:RuleEngine/AudioDetector/Class | - | AudioSource=a;Rule=r | Class=glass_breaking;Loudness=80 | event sound.detected
tns1:Device/Trigger/DigitalInput | Changed | InputToken=1 | LogicalState=active | event input.activated
tns1:Device/tns1:Trigger/tns1:DigitalInput | Changed | InputToken=1 | LogicalState=inactive | event input.released
tns1:Device/tns1:Trigger/tnssamsung:DigitalInput | Changed | Index=1;AlarmInID=2 | Level=1 | event input.activated
tns1:Device/Trigger/tnshik:AlarmIn | Changed | AlarmInToken=1 | State=true | event input.activated
tns1:Device/tnsaxis:IO/Port | Changed | port=0 | state=1 | event input.activated
tns1:Device/tnsaxis:IO/SupervisedPort | Changed | port=0 | state=0 | event input.released
tns1:Device/tnsaxis:IO/VirtualInput | Changed | port=1 | active=1 | event input.activated
tns1:Device/tnsaxis:IO/VirtualPort | Changed | port=1 | state=1 | event input.activated
tns1:Device/Trigger/Relay | Changed | RelayToken=1 | LogicalState=active | dropped output-state
tns1:Device/tnsaxis:IO/OutputPort | Changed | port=1 | state=1 | dropped output-state
tns1:Device/HardwareFailure/FanFailure | Changed | Token=f | Failed=true | event health.device_failed
tns1:Device/HardwareFailure/PowerSupplyFailure | Changed | Token=p | Failed=false | state health.device_failed off
tns1:Device/HardwareFailure/TemperatureCritical | Changed | - | Critical=true | event health.device_failed
tns1:Device/HardwareFailure/StorageFailure | Changed | Token=s | Failed=true | event health.storage_failed
tns1:Device/tnsaxis:HardwareFailure/StorageFailure | Changed | disk_id=SD | disruption=1 | event health.storage_failed
tns1:Device/HardwareFailure/tnshik:HardDiskError | - | HardDiskNo=1 | - | event health.storage_failed
tns1:Device/HardwareFailure/tnshik:HardDiskFull | - | HardDiskNo=1 | State=false | state health.storage_failed off
tnsaxis:Storage/Disruption | Changed | disk_id=SD | disruption=1 | event health.storage_failed
tnsaxis:Storage/Alert | Changed | disk_id=SD | alert=0 | state health.storage_failed off
tns1:Device/tnshik:Network/tnshik:EthernetBroken | - | - | - | event health.device_failed
tns1:Device/tnshik:Network/tnshik:IPAddrConflict | - | - | - | event health.device_failed
tns1:Device/tnsaxis:Network/Lost | Changed | interface=eth0 | lost=1 | event health.device_failed
tns1:Device/SecurityPolicy/AuthFailed | - | NetworkInterface=eth0 | SourceIPv4=192.0.2.9 | event health.auth_failed
tns1:UserAlarm/tnshik:IllegalAccess | - | - | - | event health.auth_failed
tns1:Device/OperationMode/ShutdownInitiated | - | - | - | event health.shut_down
tns1:Device/OperationMode/UploadInitiated | - | - | - | dropped settings-changed
tns1:Monitoring/OperatingTime/LastReboot | Changed | - | Status=2026-01-01T00:00:00Z | event health.restarted
tns1:Monitoring/OperatingTime/LastReboot | Initialized | - | Status=2026-01-01T00:00:00Z | dropped present-state
tns1:Monitoring/BatteryCapacity | Changed | - | PercentageRemainingCapacity=7.5 | event power.battery_low
tns1:Monitoring/BatteryCapacity | Changed | - | PercentageRemainingCapacity=80 | event power.battery_restored
tns1:Monitoring/ProcessorUsage | Changed | Token=1 | Value=0.5 | dropped measured-value
tns1:Monitoring/LinkStatus | Changed | Token=1 | - | dropped measured-value
tns1:Monitoring/UploadStatus | Changed | - | Status=1 | dropped measured-value
tns1:Monitoring/OperatingTime/DefinedLimitReached | Changed | - | Status=true | dropped measured-value
tns1:Monitoring/OperatingTime/MeanTimeBetweenFailuresDefaultLimitReached | Changed | - | Status=true | dropped measured-value
tns1:Monitoring/OperatingTime/MeanTimeBetweenFailuresOperationLimitReached | Changed | - | Status=true | dropped measured-value
tns1:Monitoring/OperatingTime/LastReset | Changed | - | Status=0000-00-00T00:00:00Z | dropped measured-value
tns1:Monitoring/OperatingTime/LastClockSynchronization | Changed | - | Status=2026-01-01T00:00:00Z | dropped measured-value
tns1:Monitoring/Maintenance/Last | Changed | - | Status=2026-01-01T00:00:00Z | dropped measured-value
tns1:Monitoring/Maintenance/NextScheduled | Changed | - | Status=2026-01-01T00:00:00Z | dropped measured-value
tns1:Monitoring/Backup/Last | Changed | - | Status=2026-01-01T00:00:00Z | dropped measured-value
tns1:Monitoring/AreaOfOperation/OutsideCertifiedArea | Changed | - | Status=true | dropped measured-value
tns1:Monitoring/AreaOfOperation/OutsideConfiguredArea | Changed | - | Status=true | dropped measured-value
tns1:Monitoring/EnvironmentalConditions/RelativeHumidity | Changed | - | Status=40 | dropped measured-value
tns1:Monitoring/EnvironmentalConditions/Temperature | Changed | - | Status=40 | dropped measured-value
tns1:Monitoring/AsynchronousOperationStatus | Changed | Token=1 | Progress=1 | dropped measured-value
tns1:Monitoring/Washer/LiquidLow | Changed | - | IsLow=true | dropped measured-value
tns1:Monitoring/GeoLocation | Changed | - | - | dropped measured-value
tns1:Monitoring/CloudFirmwareUpgrade/Completed | Changed | - | Success=true | dropped measured-value
tns1:Monitoring/Profile/ActiveConnections | Changed | Profile=p | - | dropped measured-value
tns1:Device/Sensor/Temperature/High | - | SensorID=1 | Value=50;Threshold=40 | dropped measured-value
tns1:Device/Sensor/Temperature/Low | - | SensorID=1 | Value=5;Threshold=10 | dropped measured-value
tns1:Device/Sensor/RelativeHumidity/High | - | SensorID=1 | Value=90;Threshold=80 | dropped measured-value
tns1:Device/Sensor/RelativeHumidity/Low | - | SensorID=1 | Value=5;Threshold=10 | dropped measured-value
tns1:Device/Sensor/AbsoluteHumidity/High | - | SensorID=1 | Value=90;Threshold=80 | dropped measured-value
tns1:Device/Sensor/AbsoluteHumidity/Low | - | SensorID=1 | Value=5;Threshold=10 | dropped measured-value
tns1:Device/tnsaxis:Status/Temperature/Above | Changed | sensor=1 | sensor_level=0 | dropped measured-value
tns1:Device/tnsaxis:Status/Temperature/Above_or_below | Changed | sensor=1 | sensor_level=0 | dropped measured-value
tns1:Device/tnsaxis:Status/Temperature/Below | Changed | sensor=1 | sensor_level=0 | dropped measured-value
tns1:Device/tnsaxis:Status/Temperature/Inside | Changed | sensor=1 | sensor_level=1 | dropped measured-value
tns1:VideoAnalytics/Radiometry/SpotTemperatureReading | - | VideoSourceToken=v | TimeStamp=2026-01-01T00:00:00Z | dropped measured-value
tns1:VideoAnalytics/Radiometry/BoxTemperatureReading | - | VideoSourceToken=v | - | dropped measured-value
tns1:VideoAnalytics/Radiometry/TemperatureReading | - | VideoSource=v | MaxTemperature=300 | dropped measured-value
tns1:RuleEngine/Recognition/Face | - | VideoSource=v;Rule=r | Likelihood=0.9;Label=CANARY;EnrollmentID=CANARY | dropped face + dropped personal-field
tns1:RuleEngine/MyRuleDetector/FaceDetect | Changed | Source=0 | State=true | dropped face
tns1:RuleEngine/Recognition/LicensePlate | - | VideoSource=v;Rule=r | Label=CANARY;ImageURI=http://CANARY | dropped licence-plate + dropped personal-field
tns1:RuleEngine/Radiometry/BodyTemperatureAlarm | - | VideoSource=v | State=true;Temperature=38 | dropped body-temperature
tns1:RuleEngine/CountAggregation/Counter | Changed | VideoSource=v | Count=7 | dropped counting
tns1:RuleEngine/CountAggregation/OccupancyCounter | Changed | VideoSource=v | Count=7 | dropped counting
tns1:RuleEngine/MyRuleDetector/Counter | Changed | VideoSource=v | Count=7 | dropped counting
tns1:RuleEngine/MyRuleDetector/Occupancy | Changed | VideoSource=v | State=true | dropped counting
tns1:RuleEngine/ObjectTrack/Aggregation | - | VideoSource=v | Final=true | dropped tracking
tns1:AccessControl/AccessGranted/Anonymous | - | AccessPointToken=A1 | External=false | event access.granted
tns1:AccessControl/AccessGranted/Credential | - | AccessPointToken=A1 | CredentialToken=CANARY;CredentialHolderName=CANARY | event access.granted + dropped personal-field
tns1:AccessControl/AccessGranted/Identifier | - | AccessPointToken=A1 | IdentifierType=card;FormatType=w26;IdentifierValue=CANARY | event access.granted + dropped personal-field
tns1:AccessControl/AccessTaken/Anonymous | - | AccessPointToken=A1 | - | event access.taken
tns1:AccessControl/AccessTaken/Credential | - | AccessPointToken=A1 | CredentialToken=CANARY | event access.taken + dropped personal-field
tns1:AccessControl/AccessTaken/Identifier | - | AccessPointToken=A1 | IdentifierValue=CANARY | event access.taken + dropped personal-field
tns1:AccessControl/AccessNotTaken/Anonymous | - | AccessPointToken=A1 | - | event access.not_taken
tns1:AccessControl/AccessNotTaken/Credential | - | AccessPointToken=A1 | CredentialToken=CANARY | event access.not_taken + dropped personal-field
tns1:AccessControl/AccessNotTaken/Identifier | - | AccessPointToken=A1 | IdentifierValue=CANARY | event access.not_taken + dropped personal-field
tns1:AccessControl/Denied/Anonymous | - | AccessPointToken=A1 | Reason=Other | event access.denied
tns1:AccessControl/Denied/Credential | - | AccessPointToken=A1 | CredentialToken=CANARY;Reason=InvalidPIN | event access.denied + dropped personal-field
tns1:AccessControl/Denied/Identifier | - | AccessPointToken=A1 | IdentifierValue=CANARY;Reason=pt:InvalidIdentifierValue | event access.denied + dropped personal-field
tns1:AccessControl/Denied/CredentialNotFound | - | AccessPointToken=A1 | IdentifierValue=CANARY | event access.denied + dropped personal-field
tns1:AccessControl/Denied/CredentialNotFound/Card | - | AccessPointToken=A1 | Card=CANARY | event access.denied + dropped personal-field
tns1:AccessControl/Duress | - | AccessPointToken=A1 | CredentialToken=CANARY;Reason=x | event access.duress + dropped personal-field
tns1:AccessControl/Request/Anonymous | - | AccessPointToken=A1 | - | dropped access-request
tns1:AccessControl/Request/Credential | - | AccessPointToken=A1 | CredentialToken=CANARY | dropped access-request + dropped personal-field
tns1:AccessControl/Request/Identifier | - | AccessPointToken=A1 | IdentifierValue=CANARY | dropped access-request + dropped personal-field
tns1:AccessControl/Request/Timeout | - | AccessPointToken=A1 | - | dropped access-request
tns1:AccessPoint/State/Enabled | Changed | AccessPointToken=A1 | State=false | dropped access-point-state
tns1:AccessPoint/State/SecurityLevel | Changed | AccessPointToken=A1 | ActiveSecurityLevelToken=1 | dropped access-point-state
tns1:Door/State/DoorMode | Changed | DoorToken=D1 | State=LockedOpen | dropped door-mode
tns1:Door/State/DoorPhysicalState | Changed | DoorToken=D1 | State=Open | event door.opened
tns1:Door/State/DoorPhysicalState | Changed | DoorToken=D1 | State=Closed | event door.closed
tns1:Door/State/DoorPhysicalState | Initialized | DoorToken=D1 | State=Closed | state door.opened off
tns1:Door/State/DoorPhysicalState | Changed | DoorToken=D1 | State=Fault | event health.device_failed
tns1:Door/State/DoorPhysicalState | Changed | DoorToken=D1 | State=Unknown | dropped present-state
tns1:Door/State/LockPhysicalState | Changed | DoorToken=D1 | State=Fault | event door.lock_failed
tns1:Door/State/LockPhysicalState | Changed | DoorToken=D1 | State=Locked | state door.lock_failed off
tns1:Door/State/DoubleLockPhysicalState | Changed | DoorToken=D1 | State=Unknown | dropped present-state
tns1:Door/State/DoorAlarm | Changed | DoorToken=D1 | State=DoorForcedOpen | event door.forced + state door.held_open off
tns1:Door/State/DoorAlarm | Changed | DoorToken=D1 | State=DoorOpenTooLong | event door.held_open + state door.forced off
tns1:Door/State/DoorAlarm | Changed | DoorToken=D1 | State=Normal | state door.forced off + state door.held_open off
tns1:Door/State/DoorAlarm | Changed | DoorToken=D1 | State=TamperDetected | event tamper.device
tns1:Door/State/DoorAlarm | Changed | DoorToken=D1 | State=Molten | unknown
tns1:Door/State/DoorTamper | Changed | DoorToken=D1 | State=TamperDetected | event tamper.device
tns1:Door/State/DoorTamper | Changed | DoorToken=D1 | State=NotInTamper | event tamper.device_ended
tns1:Door/State/DoorFault | Changed | DoorToken=D1 | State=FaultDetected;Reason=x | event health.device_failed
tns1:Door/State/DoorFault | Changed | DoorToken=D1 | State=NotInFault | state health.device_failed off
tns1:Device/tnsaxis:Intercom/DoorState | Changed | Token=1 | State=1 | event door.opened
tns1:Credential/State/Enabled | - | CredentialToken=CANARY | State=false | dropped settings-changed
tns1:Credential/State/ApbViolation | - | CredentialToken=CANARY | ApbViolation=true | dropped settings-changed
tns1:Schedule/State/Active | Changed | ScheduleToken=1;Name=CANARY | Active=true | dropped settings-changed + dropped personal-field
tns1:Configuration/AccessPoint/Changed | - | AccessPointToken=A1 | - | dropped settings-changed
tns1: Configuration/AccessPoint/Removed | - | AccessPointToken=A1 | - | dropped settings-changed
tns1:Configuration/Door/Removed | - | DoorToken=D1 | - | dropped settings-changed
tns1:Configuration/VideoSourceConfiguration/MediaService | - | Token=1 | - | dropped settings-changed
tns1:Configuration/tnsaxis:Intercom/Changed | - | - | - | dropped settings-changed
tns1:Configuration/Profile | - | Token=1 | - | dropped settings-changed
tns1:Configuration/Area/Changed | - | AreaToken=1 | - | dropped settings-changed
tns1:Configuration/Area/Removed | - | AreaToken=1 | - | dropped settings-changed
tns1:Configuration/Door/Changed | - | DoorToken=D1 | - | dropped settings-changed
tns1:Configuration/Credential/Changed | - | CredentialToken=CANARY | - | dropped settings-changed
tns1:Configuration/Credential/Removed | - | CredentialToken=CANARY | - | dropped settings-changed
tns1:Configuration/Schedule/Changed | - | ScheduleToken=1 | - | dropped settings-changed
tns1:Configuration/Schedule/Removed | - | ScheduleToken=1 | - | dropped settings-changed
tns1:Configuration/SpecialDays/Changed | - | SpecialDaysToken=1 | - | dropped settings-changed
tns1:Configuration/SpecialDays/Removed | - | SpecialDaysToken=1 | - | dropped settings-changed
tns1:Configuration/AccessProfile/Changed | - | AccessProfileToken=1 | - | dropped settings-changed
tns1:Configuration/AccessProfile/Removed | - | AccessProfileToken=1 | - | dropped settings-changed
tns1:Configuration/VideoEncoderConfiguration | - | Token=1 | - | dropped settings-changed
tns1:Configuration/VideoOutputConfiguration/MediaService | - | Token=1 | - | dropped settings-changed
tns1:Configuration/AudioEncoderConfiguration | - | Token=1 | - | dropped settings-changed
tns1:Configuration/AudioSourceConfiguration/MediaService | - | Token=1 | - | dropped settings-changed
tns1:Configuration/AudioOutputConfiguration/MediaService | - | Token=1 | - | dropped settings-changed
tns1:Configuration/MetadataConfiguration | - | Token=1 | - | dropped settings-changed
tns1:Configuration/PTZConfiguration | - | Token=1 | - | dropped settings-changed
tns1:Configuration/VideoAnalyticsConfiguration | - | Token=1 | - | dropped settings-changed
tns1:Media/ProfileChanged | - | - | Token=1 | dropped settings-changed
tns1:Media/ConfigurationChanged | - | Token=1 | Type=x | dropped settings-changed
tns1:MediaControl/VideoEncoderConfiguration | Changed | Token=1 | - | dropped settings-changed
tns1:Device/tnsaxis:Network/AddressAdded | - | - | - | dropped settings-changed
tns1:Device/tnsaxis:Network/AddressRemoved | - | - | - | dropped settings-changed
tns1:RecordingConfig/JobState | Changed | RecordingJobToken=1 | State=Active | dropped recording-state
tns1:RecordingConfig/CreateRecording | - | RecordingToken=1 | - | dropped recording-state
tns1:RecordingConfig/DeleteTrackData | - | RecordingToken=1 | - | dropped recording-state
tns1:RecordingConfig/RecordingConfiguration | - | RecordingToken=1 | - | dropped recording-state
tns1:RecordingConfig/TrackConfiguration | - | RecordingToken=1;TrackToken=1 | - | dropped recording-state
tns1:RecordingConfig/RecordingJobConfiguration | - | RecordingJobToken=1 | - | dropped recording-state
tns1:RecordingConfig/DeleteRecording | - | RecordingToken=1 | - | dropped recording-state
tns1:RecordingConfig/CreateTrack | - | RecordingToken=1;TrackToken=1 | - | dropped recording-state
tns1:RecordingConfig/DeleteTrack | - | RecordingToken=1;TrackToken=1 | - | dropped recording-state
tns1:RecordingHistory/Recording/State | Changed | RecordingToken=1 | IsRecording=true | dropped recording-state
tns1:RecordingHistory/Track/State | Changed | RecordingToken=1;Track=1 | IsDataPresent=true | dropped recording-state
tns1:RecordingHistory/Track/VideoParameters | Changed | Recording=1 | VideoWidth=1 | dropped recording-state
tns1:RecordingHistory/Track/AudioParameters | Changed | Recording=1;Track=1 | AudioEncoding=AAC | dropped recording-state
tns1: Receiver/ChangeState | - | ReceiverToken=1 | NewState=Connected | dropped recording-state
tns1: Receiver/ConnectionFailed | - | ReceiverToken=1 | - | dropped recording-state
tnsaxis:Storage/Recording | Changed | - | recording=1 | dropped recording-state
tns1:EventBuffer/Begin | - | - | - | dropped recording-state
tns1:PTZController/PTZPresets/Invoked | - | PTZConfigurationToken=1 | PresetToken=1;PresetName=CANARY | dropped housekeeping + dropped personal-field
tns1:PTZController/PTZPresetTours/Configuration | - | - | - | dropped housekeeping
tns1:PTZController/tnsaxis:Move/Channel_1 | Changed | - | is_moving=1 | dropped housekeeping
tns1:PTZController/tnsaxis:PTZError | - | - | - | dropped housekeeping
tns1:LightControl/tnsaxis:LightStatusChanged/Status | Changed | - | state=OFF | dropped housekeeping
tns1:Device/tnsaxis:Light/Status | Changed | id=0 | state=OFF | dropped housekeeping
tns1:Device/tnsaxis:Status/SystemReady | Changed | - | ready=1 | dropped housekeeping
tns1:Device/tnsaxis:SystemMessage/ActionFailed | - | - | description=x | dropped housekeeping
tns1:VideoSource/tnsaxis:DayNightVision | Changed | VideoSourceConfigurationToken=1 | day=1 | dropped housekeeping
tns1:VideoSource/tnsaxis:LiveStreamAccessed | Changed | - | accessed=1 | dropped housekeeping
tns1:UserAlarm/tnsaxis:Recurring/Interval | - | id=1 | active=1 | dropped housekeeping
tnsacme:Weather/Hail | Changed | Source=1 | State=true | unknown
tns1:RuleEngine | Changed | Source=1 | State=true | unknown
- | Changed | Source=1 | State=true | unknown
`;
