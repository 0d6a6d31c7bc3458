// Written by scripts/embed-schemas.ts from schemas/*.xsd; edit those.
export const schemaTexts = {
  'plugin.xsd': `<?xml version="1.0" encoding="UTF-8"?>
<!--
  plugin.xml: what a plugin is and which step types it offers.
  Elements of the server's namespace (plugin-server.xsd) may stand among the others.
-->
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
           xmlns="http://www.urbancode.com/PluginXMLSchema_v1"
           xmlns:this="http://www.urbancode.com/PluginXMLSchema_v1"
           xmlns:server="http://www.urbancode.com/PluginServerXMLSchema_v1"
           targetNamespace="http://www.urbancode.com/PluginXMLSchema_v1"
           elementFormDefault="qualified">

  <xs:import namespace="http://www.urbancode.com/PluginServerXMLSchema_v1" schemaLocation="plugin-server.xsd"/>

  <xs:element name="plugin">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="header" type="header"/>
        <xs:choice minOccurs="0" maxOccurs="unbounded">
          <xs:element name="step-type" type="step-type"/>
          <xs:any namespace="##other" processContents="lax"/>
        </xs:choice>
      </xs:sequence>
      <xs:anyAttribute namespace="##other" processContents="lax"/>
    </xs:complexType>
    <xs:unique name="step-type-names">
      <xs:selector xpath="this:step-type"/>
      <xs:field xpath="@name"/>
    </xs:unique>
  </xs:element>

  <xs:complexType name="header">
    <xs:choice minOccurs="0" maxOccurs="unbounded">
      <xs:element name="identifier">
        <xs:complexType>
          <xs:attribute name="id" type="server:name" use="required"/>
          <xs:attribute name="name" type="server:name" use="required"/>
          <xs:attribute name="version" type="xs:nonNegativeInteger" use="required"/>
        </xs:complexType>
      </xs:element>
      <xs:element name="description" type="xs:string"/>
      <!-- The palette path: Folder/Sub/Name. -->
      <xs:element name="tag" type="xs:string"/>
      <xs:any namespace="##other" processContents="lax"/>
    </xs:choice>
  </xs:complexType>

  <xs:complexType name="step-type">
    <xs:choice minOccurs="0" maxOccurs="unbounded">
      <xs:element name="description" type="xs:string"/>
      <xs:element name="properties">
        <xs:complexType>
          <xs:choice minOccurs="0" maxOccurs="unbounded">
            <xs:element name="property" type="property"/>
            <xs:any namespace="##other" processContents="lax"/>
          </xs:choice>
        </xs:complexType>
      </xs:element>
      <!-- JavaScript that decides how the step ended. -->
      <xs:element name="post-processing" type="xs:string"/>
      <xs:element name="command" type="command"/>
      <xs:any namespace="##other" processContents="lax"/>
    </xs:choice>
    <xs:attribute name="name" use="required">
      <xs:simpleType>
        <xs:restriction base="xs:string">
          <xs:pattern value="[^/]+"/>
        </xs:restriction>
      </xs:simpleType>
    </xs:attribute>
  </xs:complexType>

  <xs:complexType name="property">
    <xs:choice minOccurs="0" maxOccurs="unbounded">
      <xs:element name="property-ui" type="server:property-ui"/>
      <xs:element name="value" type="server:choice"/>
      <xs:any namespace="##other" processContents="lax"/>
    </xs:choice>
    <xs:attribute name="name" type="server:name" use="required"/>
    <xs:attribute name="required" type="xs:boolean"/>
  </xs:complexType>

  <!-- Arguments in order; file and each part of path stand relative to PLUGIN_HOME, value is literal. -->
  <xs:complexType name="command">
    <xs:sequence>
      <xs:element name="arg" minOccurs="0" maxOccurs="unbounded">
        <xs:complexType>
          <xs:attribute name="value" type="xs:string"/>
          <xs:attribute name="path" type="xs:string"/>
          <xs:attribute name="file" type="xs:string"/>
        </xs:complexType>
      </xs:element>
    </xs:sequence>
    <xs:attribute name="program" type="server:name" use="required"/>
  </xs:complexType>
</xs:schema>
`,
  'plugin-server.xsd': `<?xml version="1.0" encoding="UTF-8"?>
<!--
  The server's own elements in a plugin.xml: what the plugin needs of the server, and where its step types are shown.
  Further elements of this namespace are allowed wherever plugin.xsd allows foreign ones.
-->
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
           xmlns="http://www.urbancode.com/PluginServerXMLSchema_v1"
           targetNamespace="http://www.urbancode.com/PluginServerXMLSchema_v1"
           elementFormDefault="qualified">

  <xs:element name="plugin-type" type="xs:string"/>
  <xs:element name="required-server-version" type="xs:string"/>
  <xs:element name="role" type="xs:string"/>
  <xs:element name="sub-tag" type="xs:string"/>

  <xs:element name="dependencies">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="dependency" minOccurs="0" maxOccurs="unbounded">
          <xs:complexType>
            <xs:attribute name="plugin-id" type="name" use="required"/>
            <xs:attribute name="min-version" type="xs:string"/>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
    </xs:complexType>
  </xs:element>

  <!-- Resource roles and the configuration of component sources. -->
  <xs:element name="property-group">
    <xs:complexType>
      <xs:choice minOccurs="0" maxOccurs="unbounded">
        <xs:element ref="property"/>
        <xs:element name="description" type="xs:string"/>
        <xs:element name="allowed-parent-roles" type="anything"/>
        <xs:element name="default-child-folders" type="anything"/>
      </xs:choice>
      <xs:attribute name="name" type="name" use="required"/>
      <xs:attribute name="type" type="xs:string"/>
      <xs:attribute name="default-name-property" type="xs:string"/>
      <xs:anyAttribute namespace="##any" processContents="lax"/>
    </xs:complexType>
  </xs:element>

  <xs:element name="property">
    <xs:complexType>
      <xs:choice minOccurs="0" maxOccurs="unbounded">
        <xs:element ref="property-ui"/>
        <xs:element name="value" type="choice"/>
      </xs:choice>
      <xs:attribute name="name" type="name" use="required"/>
      <xs:attribute name="required" type="xs:boolean"/>
    </xs:complexType>
  </xs:element>

  <xs:element name="property-ui" type="property-ui"/>

  <!-- How a property is asked for. plugin.xsd uses the same type for its own property-ui. -->
  <xs:complexType name="property-ui">
    <xs:attribute name="type" type="property-type" use="required"/>
    <xs:attribute name="label" type="xs:string"/>
    <xs:attribute name="description" type="xs:string"/>
    <xs:attribute name="default-value" type="xs:string"/>
    <xs:attribute name="hidden" type="xs:boolean"/>
    <xs:attribute name="placeholder" type="xs:string"/>
    <xs:anyAttribute namespace="##other" processContents="lax"/>
  </xs:complexType>

  <xs:simpleType name="property-type">
    <xs:restriction base="xs:string">
      <xs:enumeration value="textBox"/>
      <xs:enumeration value="textAreaBox"/>
      <xs:enumeration value="secureBox"/>
      <xs:enumeration value="checkBox"/>
      <xs:enumeration value="selectBox"/>
    </xs:restriction>
  </xs:simpleType>

  <!-- One choice of a selectBox: the text is the value. -->
  <xs:complexType name="choice">
    <xs:simpleContent>
      <xs:extension base="xs:string">
        <xs:attribute name="label" type="xs:string"/>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>

  <xs:complexType name="anything" mixed="true">
    <xs:sequence>
      <xs:any namespace="##any" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
    <xs:anyAttribute namespace="##any" processContents="lax"/>
  </xs:complexType>

  <xs:simpleType name="name">
    <xs:restriction base="xs:string">
      <xs:minLength value="1"/>
    </xs:restriction>
  </xs:simpleType>
</xs:schema>
`,
  'upgrade.xsd': `<?xml version="1.0" encoding="UTF-8"?>
<!--
  upgrade.xml: how each new version of a plugin carries the uses of its step types.
  One migrate block per version is best; the rules are in docs/rules.md.
-->
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
           xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1"
           xmlns:this="http://www.urbancode.com/UpgradeXMLSchema_v1"
           targetNamespace="http://www.urbancode.com/UpgradeXMLSchema_v1"
           elementFormDefault="qualified">

  <xs:element name="plugin-upgrade">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="migrate" type="migrate" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence>
      <xs:anyAttribute namespace="##other" processContents="lax"/>
    </xs:complexType>
  </xs:element>

  <!-- The hop to one version. A step type that is not listed is not carried. -->
  <xs:complexType name="migrate">
    <xs:sequence>
      <xs:element name="migrate-command" type="migrate-command" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
    <xs:attribute name="to-version" type="xs:nonNegativeInteger" use="required"/>
  </xs:complexType>

  <!-- Carries the uses of the step type @name, or of @old under the new name @name. -->
  <xs:complexType name="migrate-command">
    <xs:sequence>
      <xs:element name="migrate-properties" type="migrate-properties" minOccurs="0"/>
      <xs:element name="remove-properties" type="remove-properties" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="name" type="name" use="required"/>
    <xs:attribute name="old" type="name"/>
  </xs:complexType>

  <xs:complexType name="migrate-properties">
    <xs:sequence>
      <xs:element name="migrate-property" minOccurs="0" maxOccurs="unbounded">
        <xs:complexType>
          <xs:attribute name="name" type="name" use="required"/>
          <xs:attribute name="old" type="name"/>
          <!-- may be empty -->
          <xs:attribute name="default" type="xs:string"/>
        </xs:complexType>
      </xs:element>
    </xs:sequence>
  </xs:complexType>

  <xs:complexType name="remove-properties">
    <xs:sequence>
      <xs:element name="remove-property" minOccurs="0" maxOccurs="unbounded">
        <xs:complexType>
          <xs:attribute name="name" type="name" use="required"/>
        </xs:complexType>
      </xs:element>
    </xs:sequence>
  </xs:complexType>

  <xs:simpleType name="name">
    <xs:restriction base="xs:string">
      <xs:minLength value="1"/>
    </xs:restriction>
  </xs:simpleType>
</xs:schema>
`,
  'lifecycle.xsd': `<?xml version="1.0" encoding="UTF-8"?>
<!--
  lifecycle.xml: which plugin takes over from this one, and what of it is to be used no more.
  Optional; servers of other makes leave it aside. docs/publishing.md tells more.
-->
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
           xmlns="urn:lockstep:lifecycle:1"
           targetNamespace="urn:lockstep:lifecycle:1"
           elementFormDefault="qualified">

  <xs:element name="lifecycle">
    <xs:complexType>
      <xs:choice minOccurs="0" maxOccurs="unbounded">
        <xs:element name="deprecated" type="deprecated"/>
        <xs:element name="migrate" type="migrate"/>
        <xs:element name="step" type="step"/>
      </xs:choice>
      <!-- The id of the plugin that takes over, and the version of it that uses arrive at. -->
      <xs:attribute name="successor" type="name"/>
      <xs:attribute name="successor-version" type="xs:nonNegativeInteger"/>
      <xs:anyAttribute namespace="##other" processContents="lax"/>
    </xs:complexType>
  </xs:element>

  <!-- A sentence for those who use it; since when, and what they use instead. -->
  <xs:complexType name="deprecated">
    <xs:simpleContent>
      <xs:extension base="xs:string">
        <xs:attribute name="since" type="xs:date" use="required"/>
        <xs:attribute name="use" type="name"/>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>

  <xs:complexType name="step">
    <xs:choice minOccurs="0" maxOccurs="unbounded">
      <xs:element name="deprecated" type="deprecated"/>
      <xs:element name="property">
        <xs:complexType>
          <xs:sequence>
            <xs:element name="deprecated" type="deprecated"/>
          </xs:sequence>
          <xs:attribute name="name" type="name" use="required"/>
        </xs:complexType>
      </xs:element>
    </xs:choice>
    <xs:attribute name="name" type="name" use="required"/>
  </xs:complexType>

  <!-- What becomes of which step type at the successor, in the words of upgrade.xml. -->
  <xs:complexType name="migrate">
    <xs:sequence>
      <xs:element name="migrate-command" type="migrate-command" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
  </xs:complexType>

  <!-- Carries the uses of the step type @name, or of @old under the new name @name. -->
  <xs:complexType name="migrate-command">
    <xs:sequence>
      <xs:element name="migrate-properties" type="migrate-properties" minOccurs="0"/>
      <xs:element name="remove-properties" type="remove-properties" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="name" type="name" use="required"/>
    <xs:attribute name="old" type="name"/>
  </xs:complexType>

  <xs:complexType name="migrate-properties">
    <xs:sequence>
      <xs:element name="migrate-property" minOccurs="0" maxOccurs="unbounded">
        <xs:complexType>
          <xs:attribute name="name" type="name" use="required"/>
          <xs:attribute name="old" type="name"/>
          <!-- may be empty -->
          <xs:attribute name="default" type="xs:string"/>
        </xs:complexType>
      </xs:element>
    </xs:sequence>
  </xs:complexType>

  <xs:complexType name="remove-properties">
    <xs:sequence>
      <xs:element name="remove-property" minOccurs="0" maxOccurs="unbounded">
        <xs:complexType>
          <xs:attribute name="name" type="name" use="required"/>
        </xs:complexType>
      </xs:element>
    </xs:sequence>
  </xs:complexType>

  <xs:simpleType name="name">
    <xs:restriction base="xs:string">
      <xs:minLength value="1"/>
    </xs:restriction>
  </xs:simpleType>
</xs:schema>
`,
};
